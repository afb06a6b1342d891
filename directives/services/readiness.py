"""What a draft still lacks before it can be issued, in sentences a person can act on.

Not here: remarks that do not stop issuing (`preview.py`), issuing itself (`issuing.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from directives.audiences import Audience
from directives.choices import Certainty, RequirementKind
from directives.models import Directive, Requirement
from directives.services.amendments import missing_for_amending

# Tentative (R11) and adverbs (R12): understood, and no date.
_NO_DATE_MEANT = ("R11", "R12")


def missing_for_issue(directive: Directive, requirements: Sequence[Requirement], at: datetime) -> list[str]:
    """Sentences naming what issuing at `at` still needs; empty when the directive can be issued.

    A directive that only amends earlier ones needs no requirement of its own.
    """
    amends = list(
        directive.amendments.select_related("directive", "requirement__directive__ward", "requirement__anchor")
    )
    missing = []
    if directive.number is None:
        missing.append("Chưa có số văn bản. Điền số rồi ban hành.")
    if directive.issued_on is None:
        missing.append("Chưa có ngày ban hành. Điền ngày rồi ban hành.")
    if not requirements and not amends:
        missing.append("Văn bản chưa có yêu cầu nào. Thêm ít nhất một yêu cầu.")
    for requirement in requirements:
        if Audience.from_json(requirement.audience).is_empty and not requirement.is_of_leads:
            missing.append(f"Yêu cầu {requirement.order}, “{requirement.title}”, chưa chọn đối tượng.")
        missing.extend(_missing_deadline(requirement))
    return [*missing, *missing_for_amending(amends, at)]


def _missing_deadline(requirement: Requirement) -> list[str]:
    """A phrase that gave no date is settled by a person; words that are no deadline (R11, R12) are left as they are."""
    about = f"Hạn “{requirement.deadline_phrase}” của yêu cầu {requirement.order}"
    if (
        requirement.due_at is not None
        or not requirement.deadline_phrase
        or requirement.kind == RequirementKind.STANDING
    ):
        return []
    if requirement.certainty == Certainty.EVENT:
        return [f"{about} tính theo ngày tổ chức. Chọn yêu cầu sinh hoạt mà ngày tổ chức của nó làm mốc."]
    if requirement.deadline_rule in _NO_DATE_MEANT:
        return []
    return [f"{about} chưa hiểu được. Ghi lại hạn, hoặc để trống nếu không có hạn."]
