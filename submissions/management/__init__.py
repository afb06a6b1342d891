"""Terminal doors of the submissions.

Not here: the work (`submissions.services`).
"""
