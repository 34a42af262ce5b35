"""How well the networks do on somebody's pictures, with the very code of the live path.

lists.py reads what to compare, acquisition.py takes a face out of each picture once, and
verification, identification, liveness_trial and search_trial turn scores into figures.
What the figures mean, and what they do not, stands in docs/evaluation.md.
"""
