"""The verbs of this app: what changes the roster, accounts and roles, each audited.

    roster         import_roster and what it would do
    accounts       create_account, deactivate_account
    roles          grant_role, end_role

Not here: who may (`units.rules`), the doors (`views`, `management.commands`).
"""
