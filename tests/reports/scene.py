"""A paper with units' reports on it, for the tests of a report's words.

Not here: campaigns with figures (`factories/campaigns.py`), made-up facts (`sample_report.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from directives.choices import RequirementKind
from directives.models import Obligation
from directives.querysets import ObligationQuerySet
from reports.models import SummaryReport
from reports.services.asking import new_report
from submissions.models import ReportText
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_unit, make_user, make_ward
from units.choices import Role

OUTLINE = ["Nội dung đã triển khai", "Nắm bắt dư luận trước, trong và sau buổi sinh hoạt", "Đề xuất, kiến nghị"]
NOW = at(26, hour=9)


class Paper:
    """A paper that asks a session and a report of five cells; the last has written nothing."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.directive = make_directive(self.ward, number=128)
        self.session = make_requirement(self.directive, kind=RequirementKind.ACTIVITY, title="Sinh hoạt chuyên đề")
        self.report = make_requirement(
            self.directive, kind=RequirementKind.REPORT, title="Báo cáo kết quả", outline=OUTLINE, anchor=self.session
        )
        self.cells = [make_unit(self.ward, name=f"Chi bộ {n}") for n in range(1, 6)]
        self.owed = [make_obligation(self.report, cell) for cell in self.cells]
        self.office = make_user(Role.OFFICE, self.ward)

    def write(self, place: int, *texts: str, when: datetime = NOW - timedelta(days=1)) -> ReportText:
        """The cell at `place` hands its words in."""
        version = hand_in_one(self.owed[place], received_at=when)
        parts = [{"heading": head, "text": text, "unchanged": False} for head, text in zip(OUTLINE, texts, strict=True)]
        return ReportText.objects.create(version=version, parts=parts, digest="0" * 64)

    def with_words(self) -> Paper:
        """Three of the five have written."""
        self.write(
            0, "- Quán triệt toàn văn\n- Liên hệ thực tế", "Đồng tình, phấn khởi", "Đề nghị Thành ủy cấp tài liệu"
        )
        self.write(1, "Thảo luận theo tổ", "Không có", "Không có.")
        self.write(2, "Sôi nổi", "Còn băn khoăn", "Phường bố trí phòng họp\nTrung ương sớm hướng dẫn")
        return self

    @property
    def work(self) -> ObligationQuerySet:
        """What the paper asks of units and members."""
        return Obligation.objects.filter(requirement__directive=self.directive).of_those_below()

    def draft(self) -> SummaryReport:
        """A report without files."""
        return new_report(directive=self.directive, at=NOW, by=self.office, now=NOW)
