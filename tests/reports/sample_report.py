"""The facts of one made-up campaign, of any size, for the documents' tests and benchmark.

Not here: real rows (`factories/campaigns.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from reports.narrative import Section
from reports.report_facts import (
    BlockFacts,
    ClusterFacts,
    CommitteeFacts,
    DirectiveFacts,
    EssayFacts,
    MissingFacts,
    ReportFacts,
    RequirementFacts,
    UnitFacts,
)
from reports.tallies import Tally, TrendPoint, total_of
from vietnamese.dates import VIETNAM

AT = datetime(2026, 4, 27, 16, 5, tzinfo=VIETNAM)
BLOCKS = ("Dân cư", "Hành chính sự nghiệp", "Trường học", "Doanh nghiệp")
NAMES = ("Nguyễn Thị Thuỷ", "Đặng Quốc Ưởng", "Trần Ỷ Lan", "Phạm Hữu Nghĩa", "Lê Ngọc Ẩn", "Vũ Ðình Khuê")
TEXTS = {
    Section.STUDY: "Đảng ủy phường đã tổ chức tiếp sóng hội nghị trực tuyến toàn quốc tại 12 điểm cầu, có 3.870 "
    "lượt đảng viên tham dự, đạt 97,3%.\n- Hình thức: trực tiếp kết hợp trực tuyến.",
    Section.OPINION: "Cán bộ, đảng viên và Nhân dân đồng tình, phấn khởi, tin tưởng vào các chủ trương lớn của Thành phố.",
    Section.TASKS: "Tiếp tục đôn đốc các đơn vị chưa hoàn thành; tổng hợp, phân loại ý kiến gửi Thành ủy.",
}


def sample_facts(units: int) -> ReportFacts:
    """`units` units of 14 people in four blocks; figures differ from unit to unit and add up."""
    lines = [_unit(n, BLOCKS[n * len(BLOCKS) // units]) for n in range(units)]
    counted = total_of(line.tally for line in lines)
    activity = Tally(assigned=units, submitted=units - 3, accepted=units - 5, on_time=units - 4, late=1, returned=1)
    return ReportFacts(
        at=AT,
        committee=CommitteeFacts(
            name="Đảng ủy phường Phúc Lợi",
            superior="Đảng bộ Thành phố Hà Nội",
            place="Phúc Lợi",
            office="Ban Xây dựng Đảng",
            authority="T/M BAN THƯỜNG VỤ",
            signer="Nguyễn Xuân Hiền",
            signer_post="PHÓ BÍ THƯ THƯỜNG TRỰC",
            issuer_code="ĐU",
            recipients=(
                "Ban Tuyên giáo và Dân vận Thành ủy (để báo cáo),",
                "Thường trực Đảng ủy,",
                "Ban Xây dựng Đảng,",
                "Lưu Văn phòng Đảng ủy.",
            ),
        ),
        directive=DirectiveFacts(
            kind="Công văn",
            reference="05-CV/ĐU",
            issued_on=date(2026, 4, 21),
            subject="Tiếp tục học tập, quán triệt và triển khai Nghị quyết số 02-NQ/TW của Bộ Chính trị",
            issuer="Đảng ủy phường Phúc Lợi",
            bases=("Công văn số 701-CV/BTGDVTU, ngày 21/4/2026 của Ban Tuyên giáo và Dân vận Thành ủy Hà Nội",),
        ),
        members=sum(line.members for line in lines),
        full=sum(line.full for line in lines),
        probationary=sum(line.probationary for line in lines),
        party_units=units,
        counted_kind="ESSAY",
        total=counted + activity,
        counted=counted,
        requirements=(
            RequirementFacts("05-CV/ĐU#1", 1, "ESSAY", "Bài thu hoạch của đảng viên", date(2026, 4, 27), counted),
            RequirementFacts(
                "05-CV/ĐU#2", 2, "ACTIVITY", "Sinh hoạt chuyên đề tháng 5/2026", date(2026, 5, 31), activity
            ),
        ),
        blocks=tuple(_block(name, lines) for name in BLOCKS),
        units=tuple(lines),
        essays=tuple(_essays(lines)),
        missing=tuple(
            MissingFacts(NAMES[n % 6], "Bí thư chi bộ", line.name, "Trần Văn Bình", n % 4)
            for n, line in enumerate(lines)
            for _ in range(line.tally.missing)
        ),
    )


def with_drawings(facts: ReportFacts) -> ReportFacts:
    """The same with its cụm and four days of progress: what annex 7 draws."""
    half = len(facts.units) // 2
    parts = (("Cụm 1", facts.units[:half]), ("Cụm 2", facts.units[half:]))
    days = [(date(2026, 4, 21), 0), (date(2026, 4, 23), 40), (date(2026, 4, 25), 90)]
    points = [TrendPoint(day, done, facts.counted.required) for day, done in days]
    return replace(
        facts,
        clusters=tuple(ClusterFacts(name, total_of(unit.tally for unit in units)) for name, units in parts),
        progress=(*points, TrendPoint(date(2026, 4, 27), facts.counted.accepted, facts.counted.required)),
    )


def _unit(n: int, block: str) -> UnitFacts:
    missing, late, returned, waived = n % 3, n % 2, n % 4 == 3, n % 5 == 0
    submitted = 12 - missing - waived
    tally = Tally(
        assigned=12, waived=int(waived), submitted=submitted, accepted=submitted - returned, returned=int(returned),
        on_time=submitted - late, late=late, overdue=0,
    )  # fmt: skip
    return UnitFacts(f"CB{n + 1:03d}", f"Chi bộ Tổ dân phố số {n + 1} Phúc Lợi", block, 14, 13, 1, tally)


def _block(name: str, lines: list[UnitFacts]) -> BlockFacts:
    mine = [line for line in lines if line.block == name]
    complete = sum(1 for line in mine if line.tally.is_complete)
    return BlockFacts(name, name, total_of(line.tally for line in mine), complete, len(mine))


def _essays(lines: list[UnitFacts]) -> list[EssayFacts]:
    return [
        EssayFacts(NAMES[n % 6], "Đảng viên", line.name, AT - timedelta(hours=n), n < line.tally.late, "")
        for line in lines
        for n in range(line.tally.submitted)
    ]
