"""Who must be nudged and when; digests.

Not here: what the other rooms of ARCHITECTURE.md own.
"""
