"""The verbs of this app: what changes the roster, accounts and roles, each audited.

    roster                import_roster and what it would do
    import_record         what is kept of an applied import: lines, the way back
    unit_changes          open_unit, change_unit, close_unit
    called_off_closing    call_off_closing
    clusters              make_cluster, change_cluster, place_units, remove_cluster
    members               add_member, change_member, change_status
    places                transfer_member, cancel_transfer, start_stay, end_stay, leave_ward
    appointments          appoint, end_appointment
    change_of_secretary   change_secretary
    exemptions            grant_exemption, end_exemption
    accounts              create_account, deactivate_account
    roles                 grant_role, end_role

Not here: who may (`units.rules`), the doors (`views`, `management.commands`).
"""
