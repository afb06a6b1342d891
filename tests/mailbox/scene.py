"""A cell with its secretary's address and two essays owed, and mails as that secretary sends them.

Not here: what is expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage

from directives.models import Obligation, Requirement
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from units.choices import Role
from units.models import Unit, User

SECRETARY = "an.nv@chibo5.example"
AN = "Nguyễn Văn An - Bí thư, Chi bộ Tổ dân phố số 5.pdf"


@dataclass
class Scene:
    """What was built."""

    ward: Unit
    cell: Unit
    essay: Requirement
    an: Obligation
    binh: Obligation
    secretary: User


def make_scene() -> Scene:
    ward = make_ward()
    cell = make_unit(ward, code="TDP05", name="Chi bộ Tổ dân phố số 5")
    essay = make_requirement(make_directive(ward, number=53, symbol="KH/ĐU"), title="Bài thu hoạch Nghị quyết 02")
    an, binh = (make_obligation(essay, make_member(cell, name=name)) for name in ("Nguyễn Văn An", "Trần Thị Bình"))
    return Scene(ward, cell, essay, an, binh, make_user(Role.SECRETARY, cell, email=SECRETARY))


def pdf(text: str) -> bytes:
    made = document()
    made.docinfo["/Subject"] = text
    return saved(made)


def mail(
    *files: tuple[str, bytes], sender: str = SECRETARY, subject: str = "Nộp bài", number: int = 1, **headers: str
) -> bytes:
    """A mail with PDFs attached."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Chi bộ 5 <{sender}>", "bxdd@phucloi.example", subject
    message["Message-ID"] = f"<{number}@mail.chibo.example>"
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content("Kính gửi Ban Xây dựng Đảng.")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()
