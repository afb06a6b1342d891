"""Terminal doors of the app.

Not here: what they do (`services.py`).
"""
