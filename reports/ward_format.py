"""The format profile as one ward prints: the product's, the installation's corrections, then the ward's own.

Not here: changing them (`services.formatting`), the screen's words (`format_values.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from reports.format_profiles import DEFAULT_PROFILE, FormatProfile, profile_named
from reports.format_values import fitted
from reports.models import FormatCorrection
from units.models import CommitteeProfile


def given_profile(key: str) -> FormatProfile:
    """The profile before the ward's own corrections."""
    return profile_named(key, settings.FORMAT_CORRECTIONS.get(key))


def ward_profile(ward_id: int, key: str) -> FormatProfile:
    """The profile in force for papers of the ward; one query."""
    return with_corrections(key, own_corrections(ward_id, key))


def usual_profile(ward_id: int) -> FormatProfile:
    """The profile that the ward has chosen for its papers, corrected as it says; two queries."""
    chosen = CommitteeProfile.objects.filter(unit=ward_id).values_list("format_profile", flat=True).first()
    return ward_profile(ward_id, chosen or DEFAULT_PROFILE)


def own_corrections(ward_id: int, key: str) -> dict[str, Any]:
    """What the ward corrected, by path."""
    return dict(FormatCorrection.objects.filter(ward=ward_id, profile=key).values_list("path", "value"))


def with_corrections(key: str, own: Mapping[str, Any]) -> FormatProfile:
    """The profile with a ward's corrections at hand."""
    return fitted(profile_named(key, {**settings.FORMAT_CORRECTIONS.get(key, {}), **own}))
