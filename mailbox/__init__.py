"""The office's mailbox as a second door: mail in, read, matched to what is owed, answered.

Not here: handing in (app submissions), sending (app outbox), who is reminded (app reminders).
"""
