"""Pages of the app, one module per area.

Not here: the figures they show.
"""
