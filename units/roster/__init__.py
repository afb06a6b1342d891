"""Reading a roster: cells → records and problems → difference to what is stored. Pure.

    records     the frozen values that everything here speaks in
    columns     which sheet and which row are the header, which column is what
    values      one cell → one value, with the repair it needs or the fault it has
    names       which unit a written name means; nearest proposals
    checks      grids → `Roster` (units, members, problems)
    posts       a title and its unit → position group and order of naming
    comparison  roster × stored state → `Difference`

Not here: opening files (`units.spreadsheets`), the database (`units.services`).
"""
