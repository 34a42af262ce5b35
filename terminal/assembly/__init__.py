"""Where everybody is joined: the only folder that knows devices, models and screens.

`device` builds a terminal from its settings; `demonstration` builds the simulated world
around one; `bench` measures it. Nothing imports this folder but `terminal.__main__`.
"""
