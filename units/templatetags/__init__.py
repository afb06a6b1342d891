"""Template tags of the app.

Not here: anything that templates do not call.
"""
