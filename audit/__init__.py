"""The log of who did what to which object and when: append-only and hash-chained. A leaf of the import graph.

Not here: the decision what is worth recording (each app's verbs), the pages that show it.
"""
