"""Units, members, appointments, exemptions, clusters, accounts, roles, committee profile.

Not here: what the other rooms of ARCHITECTURE.md own.
"""
