"""Keeping what the portal holds: backup, restore, the cold copy, the nightly proof of the store.

Not here: the store itself (app vault), the log's own proof (`log_watch.py`).
"""
