"""The pages of personal data, one file per kind.

Not here: see ARCHITECTURE.md.
"""
