"""Drafting: what is stored, what is read from phrases, what is refused."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import Certainty, RequirementKind
from directives.errors import AlreadyRegistered, FileRefused, IllegalMove, SecretMarked
from directives.models import Directive, DirectiveAttachment, Requirement
from directives.services.drafts import (
    Ask,
    DirectiveHead,
    add_requirement,
    attach_file,
    change_requirement,
    create_directive,
    delete_draft,
    remove_file,
    remove_requirement,
    update_directive,
)
from directives.services.secret_papers import record_secret_refusal
from tests.architecture.world import one_page_pdf
from tests.factories.directives import make_directive, make_requirement
from tests.factories.units import make_user, make_ward
from units.choices import PositionGroup, Role
from vault.models import Blob
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 20, 9, 0, tzinfo=VIETNAM)
HEAD = {
    "kind": "CV",
    "symbol": "CV/ĐU",
    "issuer": "Đảng ủy phường Phúc Lợi",
    "subject": "Tiếp tục học tập Nghị quyết số 02-NQ/TW",
    "issued_on": date(2026, 4, 21),
}


def head(**said) -> DirectiveHead:
    return DirectiveHead(**{**HEAD, **said})


def test_a_draft_is_stored_found_without_accents_and_logged() -> None:
    ward, by = make_ward(), None
    directive = create_directive(
        ward=ward, head=head(number=128), legal_bases=["Công văn số 698-CV/BTGDVTU ngày 21/4/2026", " "], by=by, at=AT
    )

    assert list(directive.legal_bases.values_list("citation", flat=True)) == [
        "Công văn số 698-CV/BTGDVTU ngày 21/4/2026"
    ]
    for typed in ("128-CV/ĐU", "128 cv du", "hoc tap nghi quyet 02-nq/tw", "công văn 128"):
        assert list(Directive.objects.search(typed)) == [directive], typed
    assert not Directive.objects.search("129").exists()
    assert list(AuditEntry.objects.values_list("action", "ward_id")) == [("directive.create", ward.pk)]


PHRASES = [
    ("trước ngày 28/4/2026", "R1", Certainty.CERTAIN, datetime(2026, 4, 28, tzinfo=VIETNAM)),
    ("16h00 ngày 28/4/2026", "R3", Certainty.CERTAIN, datetime(2026, 4, 28, 16, 0, 1, tzinfo=VIETNAM)),
    ("trong tháng 5/2026", "R7", Certainty.CERTAIN, datetime(2026, 6, 1, tzinfo=VIETNAM)),
    ("chậm nhất trước 15/9", "R1", Certainty.CHECK, datetime(2026, 9, 15, tzinfo=VIETNAM)),
    ("dự kiến trong quý II/2026", "R11", Certainty.TENTATIVE, datetime(2026, 7, 1, tzinfo=VIETNAM)),
    ("kịp thời", "R12", Certainty.NONE, None),
    ("không rõ", "", Certainty.NONE, None),
    ("", "", Certainty.NONE, None),
]


@pytest.mark.parametrize(("phrase", "rule", "certainty", "due_at"), PHRASES)
def test_a_requirement_keeps_phrase_rule_and_instant(phrase, rule, certainty, due_at) -> None:
    directive = create_directive(ward=make_ward(), head=head(), by=None, at=AT)
    asked = Ask(kind=RequirementKind.ESSAY, title="Bài thu hoạch", deadline_phrase=phrase)

    stored = Requirement.objects.get(pk=add_requirement(directive=directive, ask=asked, by=None, at=AT).pk)

    assert (stored.deadline_phrase, stored.deadline_rule, stored.certainty, stored.due_at) == (
        phrase,
        rule,
        certainty,
        due_at,
    )


def test_an_event_clock_holds_its_back_stop_and_follows_its_anchor() -> None:
    directive = create_directive(ward=make_ward(), head=head(), by=None, at=AT)
    session = add_requirement(
        directive=directive,
        ask=Ask(kind=RequirementKind.ACTIVITY, title="Sinh hoạt chuyên đề", deadline_phrase="trong tháng 5/2026"),
        by=None,
        at=AT,
    )
    report = add_requirement(
        directive=directive,
        ask=Ask(
            kind=RequirementKind.REPORT,
            title="Báo cáo",
            deadline_phrase="chậm nhất sau 03 ngày tổ chức",
            anchor=session,
        ),
        by=None,
        at=AT,
    )
    assert (report.certainty, report.event_days, report.event_working_days) == (Certainty.EVENT, 3, False)
    assert report.due_at == datetime(2026, 6, 4, tzinfo=VIETNAM)

    change_requirement(
        requirement=session,
        ask=Ask(kind=RequirementKind.ACTIVITY, title="Sinh hoạt chuyên đề", deadline_phrase="trong tháng 6/2026"),
        by=None,
        at=AT,
    )
    report.refresh_from_db()
    assert report.due_at == datetime(2026, 7, 4, tzinfo=VIETNAM)

    remove_requirement(requirement=session, by=None, at=AT)
    report.refresh_from_db()
    assert (report.order, report.anchor, report.due_at, report.certainty) == (1, None, None, Certainty.EVENT)


def test_another_issue_date_reads_the_phrases_again() -> None:
    directive = create_directive(ward=make_ward(), head=head(issued_on=None), by=None, at=AT)
    requirement = add_requirement(
        directive=directive,
        ask=Ask(kind=RequirementKind.ESSAY, title="Bài", deadline_phrase="trước 20/4"),
        by=None,
        at=AT,
    )
    assert requirement.due_at == datetime(2026, 4, 20, tzinfo=VIETNAM)

    update_directive(directive=directive, head=head(issued_on=date(2026, 4, 21)), by=None, at=AT)

    requirement.refresh_from_db()
    assert requirement.due_at == datetime(2027, 4, 20, tzinfo=VIETNAM)


def test_the_audience_is_stored_as_its_rule() -> None:
    directive = create_directive(ward=make_ward(), head=head(), by=None, at=AT)
    audience = Audience(groups=(PositionGroup.STANDING_COMMITTEE,), units=(5, 3, 3), without_earlier=True)

    requirement = add_requirement(
        directive=directive, ask=Ask(kind=RequirementKind.ESSAY, title="Bài", audience=audience), by=None, at=AT
    )

    stored = Requirement.objects.get(pk=requirement.pk).audience
    assert stored == {"groups": ["STANDING_COMMITTEE"], "units": [5, 3, 3], "without_earlier": True}
    assert Audience.from_json(stored) == Audience(groups=("STANDING_COMMITTEE",), units=(3, 5), without_earlier=True)


def test_one_paper_is_registered_once() -> None:
    ward = make_ward()
    create_directive(ward=ward, head=head(number=128), by=None, at=AT)

    with pytest.raises(AlreadyRegistered, match="128-CV/ĐU"):
        create_directive(ward=ward, head=head(number=128), by=None, at=AT)
    create_directive(ward=ward, head=head(number=128, issued_on=date(2025, 4, 21)), by=None, at=AT)
    create_directive(ward=ward, head=head(), by=None, at=AT)
    create_directive(ward=ward, head=head(), by=None, at=AT)
    assert Directive.objects.count() == 4


def test_nothing_of_an_issued_directive_is_changed() -> None:
    ward = make_ward()
    directive = make_directive(ward, number=128)
    requirement = make_requirement(directive)
    before = list(Directive.objects.values()), list(Requirement.objects.values())
    asked = Ask(kind=RequirementKind.ESSAY, title="Khác")

    for verb in (
        lambda: update_directive(directive=directive, head=head(), by=None, at=AT),
        lambda: delete_draft(directive=directive, by=None, at=AT),
        lambda: add_requirement(directive=directive, ask=asked, by=None, at=AT),
        lambda: change_requirement(requirement=requirement, ask=asked, by=None, at=AT),
        lambda: remove_requirement(requirement=requirement, by=None, at=AT),
    ):
        with pytest.raises(IllegalMove):
            verb()
    assert (list(Directive.objects.values()), list(Requirement.objects.values())) == before


def test_a_draft_is_thrown_away_with_its_requirements() -> None:
    directive = make_directive(make_ward(), state="DRAFT")
    session = make_requirement(directive, kind=RequirementKind.ACTIVITY)
    make_requirement(directive, kind=RequirementKind.REPORT, anchor=session, event_days=3)

    delete_draft(directive=directive, by=None, at=AT)

    assert (Directive.objects.count(), Requirement.objects.count()) == (0, 0)


@pytest.mark.parametrize("said", [{"subject": "TỐI MẬT"}, {"full_text": "ĐẢNG ỦY\n\nMẬT\n\nSố 3"}])
def test_a_stamped_paper_leaves_no_trace_but_the_refusal(said) -> None:
    ward = make_ward()
    admin = make_user(Role.ADMIN, ward)

    with pytest.raises(SecretMarked, match="không lưu gì"):
        create_directive(ward=ward, head=head(**said), by=admin, at=AT)
    record_secret_refusal(reason="dấu MẬT trong trích yếu", by=admin, ward=ward, at=AT)

    assert not Directive.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.obj_id, entry.at) == ("directive.refuse_secret", str(admin.pk), "", AT)


def test_a_stamped_file_name_is_refused_before_a_byte_is_kept() -> None:
    directive = make_directive(make_ward(), state="DRAFT")

    with pytest.raises(SecretMarked):
        attach_file(directive=directive, stream=io.BytesIO(b"%PDF-1.7"), name="CV 12 (MẬT).pdf", by=None, at=AT)

    assert (Blob.objects.count(), DirectiveAttachment.objects.count()) == (0, 0)


def test_a_file_is_kept_under_the_type_the_server_sees() -> None:
    directive = make_directive(make_ward(), state="DRAFT")
    attachment = attach_file(
        directive=directive, stream=io.BytesIO(one_page_pdf()), name="Công văn 128.pdf", by=None, at=AT
    )

    assert (attachment.name, attachment.media_type, attachment.blob.media_type) == (
        "Công văn 128.pdf",
        "application/pdf",
        "application/pdf",
    )
    with pytest.raises(FileRefused, match=r"chay\.exe"):
        attach_file(directive=directive, stream=io.BytesIO(b"MZ\x90"), name="chay.exe", by=None, at=AT)
    with pytest.raises(FileRefused):
        attach_file(directive=directive, stream=io.BytesIO(b"PK\x03\x04"), name="goi.zip", by=None, at=AT)
    remove_file(attachment=attachment, by=None, at=AT)
    assert not DirectiveAttachment.objects.exists()
