"""Trained networks: pixels in, plain values out. No database, no camera, no words.

manifest.toml says what each file of weights is; weights.py fetches and verifies them; a
file that does not match its digest is never opened. eyes.py is the only door for others.
"""

from __future__ import annotations

import os

# The runtime reads this when it is first loaded, so it stands before any import of it:
# a clinic's terminal reports to nobody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
