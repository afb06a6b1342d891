"""Pure rules of Vietnamese text: the office's words, letters, numbers and dates.

Responsible for: Unicode clean-up, folding for search, comparison keys, alphabetical order,
case of names, legacy character codes, numbers, dates and safe file names.

    text      nfc, clean, fold                       what is stored, what is searched
    tones     tone_key, iy_key, tone_of              "Hoà" and "Hòa" are one person
    collation collation_key, person_collation_key    order of lists (ASCII keys, fit for a column)
    casing    title_case                             NGUYỄN VĂN AN → Nguyễn Văn An
    legacy    propose_repair                         TCVN3, VNI, VIQR, mojibake: proposed, never silent
    numbers   format_number, format_percent          3.979 and 97,8%
    dates     format_date, format_weekday, format_long_date, format_day_of_document,
              format_time, format_moment, no_break   27/4/2026, thứ Hai, 16:05
    paths     safe_file_name, last_path_part         names that survive Windows, ZIP and headers

Not here: what a file name *means* (`submissions.filenames`), deadlines (`directives.deadlines`).
Nothing in this package imports Django or touches a disk.
"""
