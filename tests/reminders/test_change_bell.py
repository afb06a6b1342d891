"""The bell at the moment of a change: told in the transaction of the change, once, to those it concerns and nobody else.

Not here: the letters of the day (`test_changes.py`).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from directives.choices import DirectiveState
from directives.errors import DeadlineRefused
from directives.models import ChangeNotice
from directives.services.amendments import write_amendments
from directives.services.deadlines import extend_all_owing, extend_deadline, waive
from directives.services.ending import revoke_directive
from directives.services.issuing import issue_directive
from directives.services.notices import note_refused
from outbox.models import Notice, OutgoingMail
from outbox.services import note_bad_address
from reminders.bell import notices_of, unread_count
from reminders.changes import tell_changes
from reminders.choices import Quiet
from reminders.models import MailChoice
from tests.factories.directives import at, make_directive
from tests.factories.units import exempt, make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role
from units.models import Membership, Unit, User

pytestmark = pytest.mark.django_db
NOW = at(24, hour=9)
TICK = at(24, hour=16)
ESSAY = "[Thay đổi] Bài thu hoạch Nghị quyết số 02-NQ/TW"


@pytest.fixture
def scene() -> Scene:
    """Those of the letters' tests; An, the secretary of his cell, that of Chi's committee and one elsewhere have accounts."""
    other = make_scene(code="VH", domain="kh.vn")
    other.owe("an essay")
    make_user(Role.SECRETARY, other.cell, member=other.secretary, email="bithu@kh.vn")
    scene = make_scene()
    scene.owe("an essay", "binh essay", "chi essay", "cell report")
    make_user(Role.MEMBER, scene.cell, member=scene.an, email="an@x.vn")
    make_user(Role.SECRETARY, scene.cell, member=scene.secretary, email="bithu@x.vn")
    make_user(Role.SECRETARY, scene.committee, member=scene.committee_secretary, email="tuan@x.vn")
    return scene


def told() -> dict[str, list[tuple[str, str]]]:
    """Account → (title, text) of its notices, earliest first; titles without the earlier day."""
    found: dict[str, list[tuple[str, str]]] = {}
    for notice in Notice.objects.order_by("pk").select_related("user"):
        found.setdefault(notice.user.email, []).append((notice.title.partition(" (")[0], notice.text))
    return found


def extend(scene: Scene, name: str, day: int, moment=NOW) -> None:
    extend_deadline(obligation=scene.debts[name], new_due_at=at(day, 5), reason="Đi công tác", by=None, at=moment)


def test_a_moved_deadline_is_on_the_bells_at_once_and_once(scene) -> None:
    extend(scene, "an essay", 5)

    moved = (f"{ESSAY}: hạn mới hết thứ Hai ngày 04/5/2026", "Gia hạn: Đi công tác.")
    assert told() == {"an@x.vn": [moved], "bithu@x.vn": [moved]}
    an = User.objects.get(email="an@x.vn")
    assert (unread_count(an, NOW), [one.created_at for one in notices_of(an, NOW)]) == (1, [NOW])
    assert not OutgoingMail.objects.exists()  # the letter waits for the hour of the day

    tell_changes(at=TICK)
    assert told() == {"an@x.vn": [moved], "bithu@x.vn": [moved]}
    assert OutgoingMail.objects.count() == 3  # An, the secretary, the deputy


def test_each_change_of_a_day_is_told_when_it_happens(scene) -> None:
    extend(scene, "an essay", 5)
    extend(scene, "an essay", 8, NOW + timedelta(hours=1))
    waive(obligation=scene.debts["chi essay"], note="Đi học", by=None, at=NOW)
    assert told() == {
        "an@x.vn": [
            (f"{ESSAY}: hạn mới hết thứ Hai ngày 04/5/2026", "Gia hạn: Đi công tác."),
            (f"{ESSAY}: hạn mới hết thứ Năm ngày 07/5/2026", "Gia hạn: Đi công tác."),
        ],
        "bithu@x.vn": [
            (f"{ESSAY}: hạn mới hết thứ Hai ngày 04/5/2026", "Gia hạn: Đi công tác."),
            (f"{ESSAY}: hạn mới hết thứ Năm ngày 07/5/2026", "Gia hạn: Đi công tác."),
        ],
        "tuan@x.vn": [(f"{ESSAY}: không phải thực hiện nữa", "Cho miễn: Đi học.")],
    }


def test_a_change_taken_back_with_its_transaction_is_told_to_nobody(scene) -> None:
    with transaction.atomic():
        extend(scene, "an essay", 5)
        assert Notice.objects.count() == 2
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    with pytest.raises(DeadlineRefused):
        extend(scene, "an essay", 5, at(6, 5))
    assert not Notice.objects.exists()


def test_an_extension_of_many_is_one_notice_each_and_costs_the_same(scene) -> None:
    names = ["an essay", "binh essay", "chi essay"]
    counts = []
    for asked, day in ((names[:1], 5), (names, 8)):
        with CaptureQueriesContext(connection) as queries:
            number = extend_all_owing(
                requirement=scene.essay, obligations=[scene.debts[name].pk for name in asked], new_due_at=at(day, 5),
                reason="Mưa bão", by=None, at=NOW,
            )  # fmt: skip
        assert number == len(asked)
        counts.append(len(queries))
    assert counts == [counts[0]] * 2
    late = "hạn mới hết thứ Năm ngày 07/5/2026"
    # An's first deadline was another one than Bình's: two lines of one notice
    assert [words for words, _ in told()["bithu@x.vn"]] == [
        f"{ESSAY}: hạn mới hết thứ Hai ngày 04/5/2026",
        "[Thay đổi] 2 việc: đổi hạn",
    ]
    (_, text) = told()["bithu@x.vn"][1]
    assert [part.partition(": ")[0] for part in text.split("; ")] == [
        f"Bài thu hoạch Nghị quyết số 02-NQ/TW của 1 đảng viên {scene.cell.name}"
    ] * 2
    assert told()["tuan@x.vn"] == [(f"{ESSAY}: {late}", "Gia hạn: Mưa bão.")]


def test_amendment_revocation_and_refusal_are_told_at_once(scene) -> None:
    note_refused(scene.debts["cell report"], words="Không đủ lý do", at=NOW)
    later = make_directive(scene.ward, number=61, state=DirectiveState.DRAFT, issued_on=date(2026, 4, 24))
    write_amendments(
        directive=later, target=scene.directive, changes={scene.essay.pk: ("RESCHEDULE", "trước ngày 10/5/2026")},
        by=None, at=NOW,
    )  # fmt: skip
    issue_directive(directive=later, by=None, at=NOW)
    assert {who: len(some) for who, some in told().items()} == {"an@x.vn": 1, "bithu@x.vn": 2, "tuan@x.vn": 1}
    assert told()["bithu@x.vn"][0] == (
        "[Thay đổi] Báo cáo kết quả: đề nghị không được đồng ý, hạn vẫn là hết thứ Hai ngày 27/4/2026",
        "Không đủ lý do.",
    )
    revoke_directive(
        directive=scene.directive,
        revoked_by=None,
        revoking_paper="Công văn số 75-CV/ĐU",
        reason="Trùng",
        by=None,
        at=NOW,
    )
    assert {who: len(some) for who, some in told().items()} == {"an@x.vn": 2, "bithu@x.vn": 3, "tuan@x.vn": 2}


def test_a_bell_rings_for_who_wants_no_mail_and_whose_address_sends_mail_back(scene) -> None:
    MailChoice.objects.create(user=User.objects.get(email="an@x.vn"), quiet=Quiet.NONE)
    note_bad_address(address="bithu@x.vn", reason="5.1.1", mail=None, at=NOW)
    extend(scene, "an essay", 5)
    assert set(told()) == {"an@x.vn", "bithu@x.vn"}


GONE, ELSEWHERE, EXEMPT = "gone", "elsewhere", "exempt"


@pytest.mark.parametrize(("what", "readers"), [(GONE, set()), (EXEMPT, set()), (ELSEWHERE, {"an@x.vn"})])
def test_the_roster_is_asked_before_the_debts_have_followed_it(scene, what, readers) -> None:
    since = date(2026, 4, 24)
    if what == EXEMPT:
        exempt(scene.an, since=since)
    else:
        Membership.objects.filter(member=scene.an).update(valid_to=since)
    if what == ELSEWHERE:
        Membership.objects.create(member=scene.an, unit=scene.sub_cell, kind="REGULAR", valid_from=since)
    extend(scene, "an essay", 5)
    note_refused(scene.debts["an essay"], words="Không đủ lý do", at=NOW)
    assert {who: len(some) for who, some in told().items()} == dict.fromkeys(readers, 2)


def test_a_moved_deadline_in_a_unit_that_is_no_more_rings_no_bell(scene) -> None:
    Unit.objects.filter(pk=scene.sub_cell.pk).update(closed_on=date(2026, 4, 24))
    note_refused(scene.debts["chi essay"], words="Không đủ lý do", at=NOW)
    assert told() == {}


def test_who_left_the_party_is_not_told(scene) -> None:
    scene.an.status = "REMOVED"
    scene.an.save()
    extend(scene, "an essay", 5)
    assert told() == {}


def test_changes_written_before_the_bell_told_at_once_are_told_with_the_letters(scene) -> None:
    extend(scene, "an essay", 5)
    Notice.objects.all().delete()
    ChangeNotice.objects.update(shown_at=None)
    tell_changes(at=TICK)
    assert set(told()) == {"an@x.vn", "bithu@x.vn"}
