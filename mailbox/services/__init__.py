"""The verbs of the mailbox: taking mail in, polling, deciding by hand.

Not here: reading a message (`reading.py`), the words of the answer (`answering.py`).
"""
