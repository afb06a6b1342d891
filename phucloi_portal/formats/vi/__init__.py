"""Vietnamese formats (`formats.py`).

Not here: other languages; the portal speaks one.
"""
