"""The verbs of directives and obligations, one file a group: drafts, issuing, deadlines.

Not here: HTTP, tasks, rules as values (`lifecycle.py`, `audiences.py`, `deadlines`).
"""
