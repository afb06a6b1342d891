"""The pages of reminders, one module a desk.

Not here: what they show and do; see each module.
"""
