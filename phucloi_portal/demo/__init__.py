"""The demo ward: a fictitious Phúc Lợi with a campaign under way, made through the same verbs as real work.

    people     units, members, posts and exemptions as roster rows
    scans      signed essays and reports as page scans
    workbook   the same as an Excel file
    campaign   two directives, what came in for them, what the office did with it
    ward       all of it, once

Not here: any rule. Everybody is invented.
"""
