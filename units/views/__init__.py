"""HTTP doors of the roster: `directory` to look, `accounts` to open and end.

Not here: what they show (`units.directory`) and do (`units.services`).
"""
