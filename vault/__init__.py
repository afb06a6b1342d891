"""Content-addressed file store.

Not here: any rule of the domain.
"""
