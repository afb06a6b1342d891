"""A small ward for reminder tests: two cells, a committee above one of them, an office, people with and without mail.

Not here: assertions.
"""

from dataclasses import dataclass

from directives.models import Directive, Obligation, Requirement
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import appoint, make_member, make_unit, make_ward
from units.choices import PositionGroup, UnitKind
from units.models import Member, Unit


@dataclass
class Scene:
    """The ward and its people; every member owes the essay, every cell the report, before 28/4/2026."""

    ward: Unit
    committee: Unit
    cell: Unit
    sub_cell: Unit
    office: Unit
    secretary: Member
    deputy: Member
    committee_secretary: Member
    head: Member
    an: Member
    binh: Member
    chi: Member
    directive: Directive
    essay: Requirement
    report: Requirement
    debts: dict[str, Obligation]

    def owe(self, *names: str) -> None:
        """Write the obligations called "an essay", "cell report" and the like."""
        for name in names:
            who, what = name.split()
            requirement = {"essay": self.essay, "report": self.report}[what]
            self.debts[name] = make_obligation(requirement, getattr(self, who))


def make_scene(code: str = "DB", domain: str = "x.vn") -> Scene:
    """An (an@…), Bình (no address) and the secretary and deputy in the cell; Chi (chi@…) in a sub-cell whose secretary
    has no address, so that the committee's secretary answers; an office with a head."""
    ward = make_ward(code=code)
    cell = make_unit(ward, name="Chi bộ Tổ dân phố số 5")
    committee = make_unit(ward, name="Đảng bộ Trường THCS Phúc Lợi", kind=UnitKind.GRASSROOTS_COMMITTEE)
    sub_cell = make_unit(ward, name="Chi bộ Khối 6", kind=UnitKind.SUB_CELL, parent=committee)
    office = make_unit(ward, name="Văn phòng Đảng ủy", kind=UnitKind.OFFICE)
    secretary = make_member(
        cell, name="Trần Thị Bích Ngọc", email=f"BiThu@{domain}", title="Bí thư", phone="0912345678"
    )
    deputy = make_member(cell, name="Lê Nam", email=f"phobithu@{domain}", title="Phó Bí thư")
    committee_secretary = make_member(committee, name="Đỗ Minh Tuấn", email=f"tuan@{domain}", title="Bí thư Đảng ủy")
    make_member(sub_cell, name="Bùi Thu Hà", title="Bí thư")
    head = make_member(cell, name="Phạm Quốc Việt", email=f"viet@{domain}")
    appoint(head, "Chánh Văn phòng", unit=office, group=PositionGroup.OFFICE_HEAD)
    directive = make_directive(ward)
    return Scene(
        ward=ward,
        committee=committee,
        cell=cell,
        sub_cell=sub_cell,
        office=office,
        secretary=secretary,
        deputy=deputy,
        committee_secretary=committee_secretary,
        head=head,
        an=make_member(cell, name="Nguyễn Văn An", email=f"an@{domain}", birth_year=1985),
        binh=make_member(cell, name="Hoàng Bình"),
        chi=make_member(sub_cell, name="Ngô Lan Chi", email=f"chi@{domain}"),
        directive=directive,
        essay=make_requirement(directive),
        report=make_requirement(directive, kind="REPORT", title="Báo cáo kết quả"),
        debts={},
    )
