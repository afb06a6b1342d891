"""The content-addressed file store: bytes in, SHA-256 out, altered bytes never served.

Not here: what a file means, who may read it, whether it is a good PDF (`submissions`).
"""
