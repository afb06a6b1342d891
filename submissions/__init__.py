"""Submissions, versions, files, the file-name rule, inspection and review.

Not here: what the other rooms of ARCHITECTURE.md own.
"""
