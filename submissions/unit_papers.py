"""Papers of a whole unit (reports, plans, minutes): which unit a file name leads to. Pure.

A unit's paper needs no person's name; a sender who answers for one unit needs no name at all.

Not here: essays of members (`matching.py`).
"""

from submissions.filenames import NameReading, canonical_name, verdict_of
from submissions.matching import Match
from submissions.name_cleaning import clean_name
from submissions.name_notes import ABOUT_THE_NAME, Fault, NameVerdict, Repair
from submissions.people import Directory, UnitEntry

# What an essay's name must not be, a unit's paper may.
_HARMLESS = ABOUT_THE_NAME | {Fault.REPORT, Fault.TWO_PERSONS, Fault.LETTERS_LOST, Fault.MIXED_SCRIPT}
_ABOUT_PERSONS = frozenset({Repair.NO_POST, Repair.NO_UNIT, Repair.ORDER, Repair.UNACCENTED, Repair.CASE})


def match_unit_paper(
    reading: NameReading, directory: Directory, *, scope: frozenset[int] | None = None, title: str = ""
) -> Match:
    """The unit named in the file name, else the sender's only one; its canonical name is "Đơn vị - tên việc.pdf"."""
    faults = tuple(fault for fault in reading.faults if fault not in _HARMLESS)
    repairs = tuple(repair for repair in reading.repairs if repair not in _ABOUT_PERSONS)
    unit = _stated_unit(reading, directory, scope)
    if unit is None and scope is not None and len(scope) == 1:
        unit = directory.unit(next(iter(scope)))
    if unit is None and not faults:
        faults = (Fault.NO_UNIT_NAMED,)
    canonical = canonical_name(full_name=unit.name, positions=(), unit=title or None) if unit else None
    match = Match(reading, None, (), unit, repairs, faults, scope is not None, canonical)
    if verdict_of(repairs, faults) is NameVerdict.OK and title and canonical != reading.original:
        return Match(reading, None, (), unit, (Repair.FORM,), (), scope is not None, canonical)
    return match


def _stated_unit(reading: NameReading, directory: Directory, scope: frozenset[int] | None) -> UnitEntry | None:
    """The first " - " part, then the part behind each comma, that names a unit of the sender's."""
    for part in clean_name(reading.original, None).text.split(" - "):
        found = directory.find_unit(part, scope)
        if found and (scope is None or found.entry.id in scope):
            return found.entry
    return None
