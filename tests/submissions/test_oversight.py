"""Forms of cluster leads who attended a unit's session: who gets them, who sees them, from issuing to the figures.

Not here: what every written report does alike (`test_writing.py`).
"""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from directives.choices import DirectiveState, RequirementKind
from directives.models import Acknowledgement, Directive, Obligation
from directives.report_fields import OVERSIGHT_NUMBERS, OVERSIGHT_OUTLINE
from directives.services.drafts import Ask, add_requirement
from directives.services.issuing import issue_directive
from directives.services.preview import preview_issue
from directives.services.sync_plan import plan_sync
from mailbox.matching import owed_lines
from mailbox.senders import Sender
from reminders.call_sheet import to_be_called
from reminders.planning import plan
from reports.figures import collect
from reports.tallies import By
from submissions.errors import ReportIncomplete
from submissions.models import Deposit, Receipt, ReportText, Submission, SubmittedFile
from submissions.services import writing as verbs
from submissions.services.reviewing import accept
from submissions.services.staging import Incoming
from submissions.writing import read_writing, slots_asked
from tests.factories.directives import at, make_directive
from tests.factories.units import make_cluster, make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from units.choices import Role
from units.models import Unit, User

pytestmark = pytest.mark.django_db
NOW = at(24, hour=9)
DAY = date(2026, 4, 23)


@dataclass
class Scene:
    """Two clusters with a unit each, a unit in none; every role around the first unit."""

    ward: Unit = field(default_factory=make_ward)

    def __post_init__(self) -> None:
        self.near, self.far = make_cluster(self.ward), make_cluster(self.ward)
        self.unit = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5", cluster=self.near)
        self.other = make_unit(self.ward, cluster=self.far)
        self.alone = make_unit(self.ward)
        member = make_member(self.alone, name="Nguyễn Văn Phụ", email="phu@x.vn")
        self.lead = make_user(Role.CLUSTER_LEAD, cluster=self.near, member=member)
        self.stranger = make_user(Role.CLUSTER_LEAD, cluster=self.far, email="la@x.vn")
        self.secretary = make_user(Role.SECRETARY, self.unit, email="bithu@x.vn")
        self.officer = make_user(Role.OFFICE, self.ward)
        self.leader = make_user(Role.LEADER, self.ward)

    def issue(self) -> Directive:
        directive = make_directive(self.ward, number=135, state=DirectiveState.DRAFT)
        ask = Ask(RequirementKind.OVERSIGHT, "Phiếu dự sinh hoạt chuyên đề", deadline_phrase="trước ngày 28/4/2026")
        add_requirement(directive=directive, ask=ask, by=None, at=at(21, hour=8))
        assert preview_issue(directive=directive, at=at(21, hour=8)).obligations == 2
        issue_directive(directive=directive, by=None, at=at(21, hour=8))
        return Directive.objects.get(pk=directive.pk)


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def form(scene: Scene) -> Obligation:
    scene.issue()
    return Obligation.objects.get(unit=scene.unit)


def write(form: Obligation, by: User, *, day: date | None = DAY, revision: int = 0) -> None:
    texts = ["Chi bộ quán triệt Nghị quyết.", "Đúng nội dung, đủ thời gian.", "Không có"]
    verbs.save_draft(
        obligation=form, texts=texts, numbers=[36, 33, 2, 1, 7], attended_on=day, revision=revision, by=by, at=NOW
    )


def hand_in(form: Obligation, by: User, *, revision: int = 1) -> Deposit:
    key = str(uuid.uuid4())
    return verbs.hand_in_written(obligation=form, revision=revision, by=by, at=NOW, idempotency_key=key)


def test_every_unit_in_a_cluster_gets_one_and_no_unit_is_asked_to_confirm(scene: Scene) -> None:
    directive = scene.issue()
    assert set(Obligation.objects.values_list("unit", "member")) == {(scene.unit.pk, None), (scene.other.pk, None)}
    asked = directive.requirements.get()
    assert (asked.outline, asked.numbers, asked.is_written) == (list(OVERSIGHT_OUTLINE), list(OVERSIGHT_NUMBERS), True)
    assert Acknowledgement.objects.count() == 0
    scene.alone.cluster = scene.near
    scene.alone.save()
    (line,) = plan_sync(directive=directive, at=NOW).lines
    assert line.unit_id == scene.alone.pk


def test_the_lead_of_the_cluster_answers_and_the_unit_does_not_see_it(scene: Scene, form: Obligation) -> None:
    write(form, scene.lead)
    hand_in(form, scene.lead)
    people = ("lead", "stranger", "secretary", "officer", "leader")
    answers = {one: form in Obligation.objects.answered_by(getattr(scene, one)) for one in people}
    assert answers == dict.fromkeys(people, False) | {"lead": True}
    for rows, row in (
        (Obligation.objects, form),
        (Submission.objects, Submission.objects.get()),
        (Deposit.objects, Deposit.objects.get()),
    ):
        sees = {one for one in people if row in rows.visible_to(getattr(scene, one))}
        assert sees == {"lead", "officer", "leader"}
        perm = f"{row._meta.app_label}.view_{row._meta.model_name}"
        assert {one for one in people if getattr(scene, one).has_perm(perm, row)} == sees


def test_pages_answer_404_to_the_unit_and_to_another_cluster(scene: Scene, form: Obligation, client: Client) -> None:
    write(form, scene.lead)
    put_file(form, scene.lead)
    hand_in(form, scene.lead)
    file = SubmittedFile.objects.get()
    addresses = [
        reverse("submissions:write", args=[form.pk]),
        reverse("directives:obligation", args=[form.pk]),
        reverse("submissions:obligation_versions", args=[form.pk]),
        reverse("reports:unit_report", args=[form.pk, "docx"]),
        reverse("submissions:download", args=[file.pk]),
        reverse("submissions:receipt", args=[Receipt.objects.get().code]),
    ]
    for who, expected in (("secretary", {404}), ("stranger", {404}), ("lead", {200})):
        client.force_login(getattr(scene, who))
        assert set(statuses(client, addresses)) == expected, who
    client.force_login(scene.leader)
    assert statuses(client, addresses) == [403, 200, 200, 200, 200, 200]


def statuses(client: Client, addresses: list[str]) -> list[int]:
    found = []
    for address in addresses:
        answer = client.get(address)
        found.append(answer.status_code)
        if answer.streaming:
            answer.getvalue()  # read to its end: a stream closed half-way takes the test's connection with it
    return found


def put_file(form: Obligation, by: User) -> None:
    (slot,) = slots_asked(form)
    verbs.attach(
        obligation=form, slot=slot, incoming=Incoming("phieu.pdf", io.BytesIO(saved(document()))), by=by, at=NOW
    )


def test_a_form_without_a_scan_has_a_receipt_with_the_code_of_its_words(
    scene: Scene, form: Obligation, client: Client
) -> None:
    write(form, scene.lead)
    code = hand_in(form, scene.lead).code
    page = reverse("submissions:receipt", args=[code])
    client.force_login(scene.lead)
    shown = client.get(page).content.decode()
    assert f"mã nội dung <b>{ReportText.objects.get().code}</b>" in shown
    assert "Đã tiếp nhận phiếu dự sinh hoạt chuyên đề" in shown
    assert "Không phát sinh" not in shown
    assert client.get(reverse("reports:receipt_pdf", args=[code])).getvalue().startswith(b"%PDF-")
    client.force_login(scene.secretary)
    assert client.get(page).status_code == 404
    assert client.get(reverse("submissions:check_code", args=[code])).status_code == 200


def test_the_signed_scan_is_wanted_but_not_demanded_and_the_day_is(scene: Scene, form: Obligation) -> None:
    write(form, scene.lead, day=None)
    with pytest.raises(ReportIncomplete) as refused:
        hand_in(form, scene.lead)
    assert [(one.field, one.sentence.partition(":")[0]) for one in refused.value.faults] == [("ngay", "Ngày dự")]
    write(form, scene.lead, day=date(2026, 4, 25), revision=1)
    assert [one.sentence for one in read_writing(form, NOW).faults] == ["Ngày dự chưa tới. Dự xong rồi mới nộp phiếu."]
    write(form, scene.lead, day=date(2026, 4, 24), revision=2)
    before = read_writing(form, NOW).words.digest
    write(form, scene.lead, day=DAY, revision=3)
    assert read_writing(form, NOW).words.digest != before
    deposit = hand_in(form, scene.lead, revision=4)
    kept = ReportText.objects.get(version__deposit=deposit)
    assert (kept.attended_on, kept.numbers[0]["value"], SubmittedFile.objects.count()) == (DAY, 36, 0)
    with pytest.raises(ReportIncomplete):
        verbs.return_nil(obligation=form, by=scene.lead, at=NOW, idempotency_key=str(uuid.uuid4()))


def test_it_counts_in_the_figures_of_its_requirement(scene: Scene, form: Obligation) -> None:
    write(form, scene.lead)
    version = hand_in(form, scene.lead).versions.get()
    accept(version=version, decided_by=scene.officer, at=NOW)
    total = collect(at=NOW, by=By.REQUIREMENT, ward=scene.ward).total
    assert (total.assigned, total.submitted, total.accepted, total.missing) == (2, 1, 1, 1)
    of_unit = collect(at=NOW, obligations=Obligation.objects.visible_to(scene.secretary)).total
    assert of_unit.assigned == 0


def test_reminders_go_to_the_lead_and_not_to_the_unit(scene: Scene, form: Obligation) -> None:
    planned = plan(ward=scene.ward, at=at(24, hour=7))
    told = {letter.person.address: {duty.obligation_id for duty, _ in letter.told()} for letter in planned.letters}
    theirs = Obligation.objects.get(unit=scene.other)
    assert told == {"phu@x.vn": {form.pk}, "la@x.vn": {theirs.pk}}
    later = at(30, month=6, hour=9)
    assert to_be_called(scene.ward, Obligation.objects.owing(later).with_binding_deadline(), later) == []
    assert owed_lines(Sender(scene.unit, scene.secretary), NOW) == []


def test_the_paper_to_sign_bears_the_committees_head_and_the_leads_name(
    scene: Scene, form: Obligation, client: Client
) -> None:
    client.force_login(scene.lead)
    page = reverse("submissions:write", args=[form.pk])
    said = {"revision": 0, "ngay": "23/4/2026", "muc-0": "Đã dự", "so-0": 36}
    assert client.post(page, said, headers={"HX-Request": "true"}).status_code == 200
    assert 'value="23/4/2026"' in client.get(page).content.decode()
    answer = client.get(reverse("reports:unit_report", args=[form.pk, "docx"]))
    paper = Document(io.BytesIO(answer.getvalue()))
    # a number keeps to its word in Word, too: no line ends between "số" and "5"
    words = [one.text.replace("\N{NO-BREAK SPACE}", " ") for one in paper.paragraphs]
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert "PHIẾU DỰ SINH HOẠT" in words
    assert {"Đơn vị được dự: Chi bộ Tổ dân phố số 5", "Ngày dự sinh hoạt: 23/4/2026"} <= set(words)
    assert any("NGƯỜI DỰ SINH HOẠT" in text and "Nguyễn Văn Phụ" in text for text in cells)
    assert not any("BÍ THƯ" in text for text in cells)


def test_the_list_of_a_lead_names_the_unit_of_each_form_and_says_when_none_has_a_day(
    scene: Scene, client: Client
) -> None:
    second = make_unit(scene.ward, name="Chi bộ Tổ dân phố số 7", cluster=scene.near)
    directive = make_directive(scene.ward, number=136, state=DirectiveState.DRAFT)
    add_requirement(directive=directive, ask=Ask(RequirementKind.OVERSIGHT, "Dự sinh hoạt"), by=None, at=at(21, hour=8))
    issue_directive(directive=directive, by=None, at=at(21, hour=8))
    client.force_login(scene.lead)
    html = client.get(reverse("directives:my_work")).content.decode()
    for unit in (scene.unit, second):
        assert html.count(f'<p class="duty-unit">{unit}</p>') == 1
    assert html.count("chưa có<br>hạn") == 2
    assert "chờ ngày<br>tổ chức" not in html
