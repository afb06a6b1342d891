"""HTTP doors of the roster: `directory` to look; `keeping_units`, `keeping_members`, `clusters`, `secretary` to keep it;
`accounts` to open and end.

Not here: what they show (`units.directory`) and do (`units.services`).
"""
