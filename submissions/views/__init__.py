"""HTTP doors of submissions, one file a group of pages: the deposit desk, receipts, review, downloads.

Not here: what they call (`services`, `access.py`, `desk_access.py`).
"""
