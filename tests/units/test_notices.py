"""The notice on personal data: a gate before everything, a dated record, asked again after a new version."""

import unicodedata

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import AuditEntry
from tests.factories.directives import at
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.errors import NoticeUnchanged
from units.models import NoticeAcceptance, NoticeText
from units.notice_text import DEFAULT_NOTICE, DEFAULT_SHA256, Block, blocks_of, sha256_of
from units.notices import lacks_notice, ward_of
from units.services.notices import accept_notice, publish_notice

pytestmark = pytest.mark.django_db
WORDS = "Cổng giữ họ tên.\n\n## Quyền\n- Xem dữ liệu của mình.\n"


@pytest.fixture
def ward():
    return make_ward()


@pytest.fixture
def newcomer(ward):
    """A secretary on the day of the first login."""
    user = make_user(Role.SECRETARY, make_unit(ward))
    NoticeAcceptance.objects.all().delete()
    return user


def test_nobody_works_before_the_notice_was_read(client, newcomer, ward) -> None:
    client.force_login(newcomer)
    asked = reverse("submissions:receipts") + "?trang=1"
    assert client.get(asked)["Location"] == reverse("units:notice")
    assert client.get(asked, headers={"HX-Request": "true"})["HX-Redirect"] == reverse("units:notice")
    page = client.get(reverse("units:notice")).content.decode().replace("\u00a0", " ")
    assert "91/2025/QH15" in page
    assert "356/2025/NĐ-CP" in page
    assert "024 3875 2468" in page
    answer = client.post(reverse("units:notice"))
    assert answer["Location"] == asked
    assert client.get(asked).status_code == 200
    kept = NoticeAcceptance.objects.get()
    assert (kept.user, kept.ward, kept.version, kept.sha256) == (newcomer, ward, 0, DEFAULT_SHA256)
    entry = AuditEntry.objects.get(action="privacy.accept_notice")
    assert (entry.actor_id, entry.ward_id, entry.data) == (
        str(newcomer.pk),
        ward.pk,
        {"version": 0, "sha256": DEFAULT_SHA256},
    )


def test_leaving_and_the_public_page_stay_open_at_the_gate(client, newcomer, ward) -> None:
    client.force_login(newcomer)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get(reverse("units:public_notice", args=[ward.pk])).status_code == 200
    assert client.get(reverse("units:public_notice", args=[make_unit(ward).pk])).status_code == 404


def test_reading_twice_is_one_record(newcomer, ward) -> None:
    first = accept_notice(user=newcomer, ward=ward, at=at(24))
    assert accept_notice(user=newcomer, ward=ward, at=at(25)) == first
    assert NoticeAcceptance.objects.get().accepted_at == at(24)
    assert AuditEntry.objects.filter(action="privacy.accept_notice").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeAcceptance.objects.create(user=newcomer, ward=ward, version=0, sha256=DEFAULT_SHA256, accepted_at=at(25))


def test_a_new_version_asks_everybody_of_that_ward_again(newcomer, ward) -> None:
    admin, elsewhere = make_user(Role.ADMIN, ward), make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH"))
    accept_notice(user=newcomer, ward=ward, at=at(24))
    accept_notice(user=elsewhere, ward=ward_of(elsewhere), at=at(24))
    assert [lacks_notice(one) for one in (newcomer, elsewhere)] == [False, False]
    made = publish_notice(ward=ward, text=WORDS, by=admin, at=at(25))
    assert (made.version, made.sha256) == (1, sha256_of(WORDS))
    assert [lacks_notice(one) for one in (newcomer, elsewhere)] == [True, False]
    accept_notice(user=newcomer, ward=ward, at=at(26))
    assert not lacks_notice(newcomer)
    assert list(NoticeAcceptance.objects.filter(user=newcomer).values_list("version", flat=True)) == [1, 0]


def test_the_same_words_are_no_new_version(ward) -> None:
    admin = make_user(Role.ADMIN, ward)
    publish_notice(ward=ward, text=WORDS, by=admin, at=at(25))
    with pytest.raises(NoticeUnchanged):
        publish_notice(ward=ward, text=unicodedata.normalize("NFD", WORDS) + "\n\n", by=admin, at=at(26))
    assert NoticeText.objects.count() == 1


def test_accounts_without_a_ward_and_members_with_one(ward) -> None:
    stranger = make_user()
    assert not lacks_notice(stranger)
    member = make_user(member=make_member(make_unit(ward)))
    assert not lacks_notice(member)
    member.notice_acceptances.all().delete()
    assert lacks_notice(member)


def test_the_administrator_words_it_and_sees_who_has_read_what(client, ward) -> None:
    client.force_login(make_user(Role.ADMIN, ward))
    page = reverse("units:notice_text", args=[ward.pk])
    assert "hỏi lại 1 tài khoản" in client.get(page).content.decode()
    assert client.post(page, {"text": DEFAULT_NOTICE}).status_code == 422
    assert client.post(page, {"text": WORDS + "<script>x</script>"})["Location"] == page
    shown = client.get(reverse("units:public_notice", args=[ward.pk])).content.decode()
    assert "Cổng giữ họ tên." in shown
    assert "<script>x" not in shown


def test_words_become_headings_paragraphs_and_items() -> None:
    assert blocks_of(WORDS) == [Block("", ("Cổng giữ họ tên.",), ()), Block("Quyền", (), ("Xem dữ liệu của mình.",))]
    assert [block.heading for block in blocks_of(DEFAULT_NOTICE)] == [
        "", "Cổng giữ những gì", "Để làm gì", "Ai xem được", "Giữ bao lâu", "Quyền của đồng chí", "Căn cứ",
    ]  # fmt: skip
