"""The verbs of submissions, one file a group: submitting, reviewing, inspecting, page images.

Not here: HTTP, tasks, rules as values (`inspection/verdicts.py`, `timeliness.py`, `directives.lifecycle`).
"""
