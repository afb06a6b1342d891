"""Named slots of a requirement at the moment of handing in, for every door: which file fills which, what is missing.

Not here: the page with the slots (`writing.py`), what a slot is (`directives.report_fields`).
"""

from __future__ import annotations

from dataclasses import replace

from directives.report_fields import slots_of
from submissions.answers import Answer, FileToSubmit
from submissions.errors import SlotsMissing
from submissions.writing import kept_files


def fill_slots(answer: Answer) -> tuple[FileToSubmit, ...]:
    """The answer's files, each in a slot, with those of the last version in slots that got nothing new.

    A file from a door that knows no slots fills the first one. A nil return fills none. Raises SlotsMissing when a
    required slot stays empty: an obligation is answered when all of them are filled. Kinds that have no page of their
    own (essays) take their files as they come.
    """
    requirement = answer.obligation.requirement
    if not (requirement.slots and requirement.is_written) or (answer.report is not None and answer.report.is_nil):
        return answer.files
    slots = slots_of(requirement.slots)
    files = [one if one.slot else replace(one, slot=slots[0].name) for one in answer.files]
    given = {one.slot for one in files}
    kept = kept_files(answer.obligation)
    for slot in slots:
        if slot.name not in given:
            files.extend(
                FileToSubmit(one.blob, one.original_name, one.canonical_name, one.slot)
                for one in kept.get(slot.name, ())
            )
    filled = {one.slot for one in files}
    missing = [slot.name for slot in slots if slot.is_required and slot.name not in filled]
    if missing:
        raise SlotsMissing(missing)
    places = {slot.name: place for place, slot in enumerate(slots)}
    return tuple(sorted(files, key=lambda one: places.get(one.slot, len(places))))
