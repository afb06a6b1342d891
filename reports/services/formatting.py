"""Which layout a ward's papers follow, and single values of it as its văn thư found them.

Each verb records one `settings.change` on the area's `Subject`. Papers made before stay as they were printed.
Not here: bounds and words of the values (`reports.format_values`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import services as audit
from reports.errors import UnknownFormatProfile
from reports.format_profiles import PROFILES, corrected
from reports.format_values import GROUPS, Value, values_of, words_of
from reports.models import FormatCorrection
from reports.ward_format import given_profile, ward_profile
from units.models import CommitteeProfile, Unit, User
from units.settings_areas import Area, Change, change
from units.settings_history import subject_of


@transaction.atomic
def choose_format(*, profile: CommitteeProfile, key: str, by: User | None, at: datetime) -> CommitteeProfile:
    """Reports asked for from now on follow the layout `key`. Raises UnknownFormatProfile."""
    if key not in PROFILES:
        raise UnknownFormatProfile(key)
    profile = CommitteeProfile.objects.select_for_update().select_related("unit").get(pk=profile.pk)
    old = profile.format_profile
    if old != key:
        profile.format_profile = key
        profile.save(update_fields=["format_profile"])
        _record(profile.unit, [change("Bộ thể thức", _title(old), _title(key))], by, at)
    return profile


@transaction.atomic
def correct_values(
    *, ward: Unit, key: str, group: str, values: Mapping[str, Any], by: User | None, at: datetime
) -> int:
    """New values by path for the ward's papers; one that is what the rules say is no correction any more.

    Returns how many changed. Raises WrongCorrection for a path or a value the profile does not have.
    """
    given, found = given_profile(key), []
    corrected(given, values)
    for one in _known(ward, key, group):
        if one.path not in values or values[one.path] == one.now:
            continue
        own = FormatCorrection.objects.filter(ward=ward, profile=key, path=one.path)
        if values[one.path] == one.given:
            own.delete()
        else:
            FormatCorrection.objects.update_or_create(
                ward=ward, profile=key, path=one.path, defaults={"value": values[one.path]}
            )
        found.append(change(one.label, one.now_words, words_of(values[one.path], one.bounds)))
    if found:
        _record(ward, found, by, at)
    return len(found)


@transaction.atomic
def reset_values(*, ward: Unit, key: str, by: User | None, at: datetime) -> int:
    """All values of the layout as the rules say again; returns how many were different."""
    rows = set(
        FormatCorrection.objects.select_for_update().filter(ward=ward, profile=key).values_list("path", flat=True)
    )
    found = [
        change(one.label, one.now_words, one.given_words)
        for group in GROUPS
        for one in _known(ward, key, group)
        if one.path in rows
    ]
    FormatCorrection.objects.filter(ward=ward, profile=key).delete()
    if found:
        _record(ward, found, by, at)
    return len(found)


def _known(ward: Unit, key: str, group: str) -> list[Value]:
    return values_of(group, ward_profile(ward.pk, key), given_profile(key))


def _title(key: str) -> str:
    return PROFILES[key].title if key in PROFILES else key


def _record(ward: Unit, found: list[Change], by: User | None, at: datetime) -> None:
    audit.record(
        action="settings.change",
        actor=by,
        obj=subject_of(ward, Area.FORMAT),
        ward_id=ward.pk,
        detail={"changes": found},
        at=at,
    )
