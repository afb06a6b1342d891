"""Terminal doors of the project.

Not here: what they do.
"""
