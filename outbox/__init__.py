"""Outgoing mail as rows with a state: written by verbs, drained by a sweeper, sent once. A leaf of the import graph.

Not here: what a mail says and who gets it (`reminders`, `units`), incoming mail.
"""
