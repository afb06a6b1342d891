"""Settings of a ward: what the verbs change, what they refuse, what the history says; the pages and who may open them."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from directives.deadlines import last_day_of
from directives.numbering import next_numbers_words
from directives.settling import settle
from submissions.directory import load_directory
from tests.factories.directives import make_directive
from tests.factories.units import make_unit, make_user, make_ward
from units.choices import ReasonKind, Role
from units.errors import SettingRefused
from units.models import CommitteeProfile, Reason, Signer, Term, UnitAlias
from units.reasons import PROPOSED, reasons_of
from units.services.catalogues import (
    add_alias,
    add_reason,
    adopt_proposed_reasons,
    move_reason,
    remove_alias,
    reword_reason,
    use_reason,
)
from units.services.committee import change_deadline_rules, put_signer_first, set_signer, set_term
from units.settings_areas import Area
from units.settings_history import history_of
from units.signing import signer_on, term_on
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 9, 0, tzinfo=VIETNAM)


@pytest.fixture
def ward():
    return make_ward()


@pytest.fixture
def admin(ward):
    return make_user(Role.ADMIN, ward)


def told(ward, area):
    return [[(one["what"], one["old"], one["new"]) for one in line.changes] for line in history_of(ward, area)]


def signer_values(name, since=None, until=None, post="BÍ THƯ"):
    return {"name": name, "post": post, "authority": "T/M BAN THƯỜNG VỤ", "valid_from": since, "valid_to": until}


def test_the_first_signer_in_force_signs_and_dates_are_exact(ward, admin):
    old = Signer.objects.get(ward=ward)
    set_signer(
        ward=ward, signer=old, values=signer_values("Nguyễn Xuân Hiền", until=date(2026, 5, 1)), by=admin, at=NOW
    )
    new = set_signer(ward=ward, signer=None, values=signer_values("Lê Thị Mai", date(2026, 5, 1)), by=admin, at=NOW)
    assert signer_on(ward, date(2026, 4, 30)).name == "Nguyễn Xuân Hiền"
    assert signer_on(ward, date(2026, 5, 1)).name == "Lê Thị Mai"
    both = set_signer(ward=ward, signer=None, values=signer_values("Trần Văn Ba"), by=admin, at=NOW)
    assert signer_on(ward, date(2026, 5, 2)) == new
    put_signer_first(signer=both, by=admin, at=NOW)
    assert signer_on(ward, date(2026, 5, 2)) == both
    assert told(ward, Area.SIGNERS)[0] == [
        ("Thứ tự", "Nguyễn Xuân Hiền · Lê Thị Mai · Trần Văn Ba", "Trần Văn Ba · Nguyễn Xuân Hiền · Lê Thị Mai")
    ]
    assert ("Thôi ký từ ngày (Nguyễn Xuân Hiền)", "để trống", "01/5/2026") in told(ward, Area.SIGNERS)[-1]
    with pytest.raises(SettingRefused, match="phải sau"):
        set_signer(
            ward=ward, signer=new, values=signer_values("X", date(2026, 5, 1), date(2026, 5, 1)), by=admin, at=NOW
        )


def test_a_ward_without_a_signer_signs_under_the_usual_authority(ward):
    Signer.objects.all().delete()
    assert (signer_on(ward, date(2026, 5, 1)).name, signer_on(ward, date(2026, 5, 1)).authority) == (
        "",
        "T/M BAN THƯỜNG VỤ",
    )


def test_a_day_lies_in_the_last_term_that_began(ward, admin):
    set_term(ward=ward, term=None, name="2030-2035", starts_on=date(2030, 7, 15), by=admin, at=NOW)
    assert term_on(ward, date(2025, 6, 30)) is None
    assert term_on(ward, date(2030, 7, 14)).name == "2025-2030"
    assert term_on(ward, date(2030, 7, 15)).name == "2030-2035"
    with pytest.raises(SettingRefused, match="15/7/2030"):
        set_term(ward=ward, term=None, name="khác", starts_on=date(2030, 7, 15), by=admin, at=NOW)
    assert told(ward, Area.TERMS) == [[("Nhiệm kỳ", "chưa có", "2030-2035, từ ngày 15/7/2030")]]


@pytest.mark.parametrize(("relaxed", "last"), [(False, date(2026, 4, 27)), (True, date(2026, 4, 28))])
def test_the_ward_decides_whether_before_takes_the_day_in(ward, admin, relaxed, last):
    other = make_ward(name="Việt Hưng", code="VH")
    profile = CommitteeProfile.objects.get(unit=ward)
    values = {"before_includes_day": relaxed, "grace_working_days": 3}
    change_deadline_rules(profile=profile, values=values, by=admin, at=NOW)
    settled = settle("trước ngày 28/4/2026", ward=ward, issued_on=date(2026, 4, 21), anchor=None)
    assert last_day_of(settled.due_at) == last
    assert settled.due_at == datetime(2026, 4, last.day + 1, 0, 0, tzinfo=VIETNAM)
    elsewhere = settle("trước ngày 28/4/2026", ward=other, issued_on=date(2026, 4, 21), anchor=None)
    assert last_day_of(elsewhere.due_at) == date(2026, 4, 27)
    for phrase in ("đến hết ngày 28/4/2026", "chậm nhất ngày 28/4/2026"):
        same = settle(phrase, ward=ward, issued_on=date(2026, 4, 21), anchor=None)
        assert last_day_of(same.due_at) == date(2026, 4, 28)
    assert told(ward, Area.DEADLINES) == ([[("“Trước ngày X” tính cả ngày X", "không", "có")]] if relaxed else [])


def test_reasons_are_ordered_retired_and_never_lost(ward, admin):
    act = {"by": admin, "at": NOW}
    assert reasons_of(ward, ReasonKind.WAIVE) == list(PROPOSED[ReasonKind.WAIVE])
    adopt_proposed_reasons(ward=ward, kind=ReasonKind.WAIVE, **act)
    first, second, *_ = Reason.objects.filter(ward=ward, kind=ReasonKind.WAIVE)
    move_reason(reason=second, up=True, **act)
    assert reasons_of(ward, ReasonKind.WAIVE)[:2] == [second.text, first.text]
    move_reason(reason=second, up=True, **act)  # already the first
    use_reason(reason=first, is_active=False, **act)
    assert first.text not in reasons_of(ward, ReasonKind.WAIVE)
    assert Reason.objects.filter(pk=first.pk).exists()
    reword_reason(reason=second, text="Không thuộc  đối tượng của văn bản", **act)
    with pytest.raises(SettingRefused, match="Đã có lý do"):
        add_reason(ward=ward, kind=ReasonKind.WAIVE, text="Không thuộc đối tượng của văn bản", **act)
    back = add_reason(ward=ward, kind=ReasonKind.WAIVE, text=first.text, **act)
    assert (back.pk, reasons_of(ward, ReasonKind.WAIVE)[-1]) == (first.pk, first.text)
    assert reasons_of(make_ward(name="Việt Hưng", code="VH"), ReasonKind.WAIVE) == list(PROPOSED[ReasonKind.WAIVE])
    assert [line[0] for line in told(ward, Area.REASONS)] == [
        ("Lý do cho miễn", "chưa có", first.text),
        ("Lý do cho miễn", second.text, "Không thuộc đối tượng của văn bản"),
        (f"Lý do cho miễn: “{first.text}”", "đang dùng", "thôi dùng"),
        (f"Lý do cho miễn: thứ tự của “{second.text}”", "thứ 2", "thứ 1"),
        ("Lý do cho miễn", "chưa có", "4 lý do gợi ý sẵn"),
    ]


def test_an_alias_means_one_unit_and_files_understand_it(ward, admin):
    five = make_unit(ward, name="Chi bộ Tổ dân phố số 5", code="TDP05")
    six = make_unit(ward, name="Chi bộ Tổ dân phố số 6", code="TDP06")
    alias = add_alias(unit=five, name="Chi bộ  chợ Phúc Lợi", by=admin, at=NOW)
    for taken in ("Chi bộ chợ Phúc Lợi", "chi bo cho phuc loi", "Chi bộ Tổ dân phố số 5", "TDP05"):
        with pytest.raises(SettingRefused, match="đã là tên của"):
            add_alias(unit=six, name=taken, by=admin, at=NOW)
    entry = {unit.id: unit for unit in load_directory(ward=ward, day=NOW.date()).units}[five.pk]
    assert "Chi bộ chợ Phúc Lợi" in entry.aliases
    remove_alias(alias=alias, by=admin, at=NOW)
    assert not UnitAlias.objects.exists()
    assert told(ward, Area.ALIASES) == [
        [("Chi bộ Tổ dân phố số 5", "Chi bộ chợ Phúc Lợi", "đã bỏ")],
        [("Chi bộ Tổ dân phố số 5", "chưa có", "Chi bộ chợ Phúc Lợi")],
    ]


def test_the_page_of_names_shows_a_clash_first(ward, admin, client):
    five, six = make_unit(ward, name="Chi bộ 5"), make_unit(ward, name="Chi bộ 6")
    for unit in (five, six):
        UnitAlias.objects.create(unit=unit, name="Chi bộ Chợ")
    client.force_login(admin)
    page = client.get(reverse("units:set_aliases", args=[ward.pk])).content.decode()
    assert "2 đơn vị có tên gọi trùng" in page
    assert "“Chi bộ Chợ” cũng là Chi bộ 6" in page
    assert (
        "Chi bộ 6"
        not in client.get(reverse("units:set_aliases", args=[ward.pk]) + "?q=khong+co")
        .content.decode()
        .split("Thêm tên gọi khác")[0]
    )


def test_the_identity_is_saved_on_its_page_with_its_history(ward, admin, client):
    client.force_login(admin)
    url = reverse("units:set_identity", args=[ward.pk])
    sent = {
        "name": "Đảng ủy phường Phúc Lợi", "superior_name": "Đảng bộ Thành phố Hà Nội", "place_name": "Phúc Lợi",
        "issuer_code": "ĐU", "office_name": "Văn phòng Đảng ủy", "mailbox": "vp@phuong.example", "phone": "",
        "contact_name": "", "form_of_address": "đồng chí", "link_days": "90",
    }  # fmt: skip
    assert client.post(url, {**sent, "name": ""}).status_code == 422
    assert client.post(url, sent).status_code == 302
    profile = CommitteeProfile.objects.get(unit=ward)
    assert (profile.office_name, profile.mailbox) == ("Văn phòng Đảng ủy", "vp@phuong.example")
    page = client.get(url).content.decode()
    assert "Ban Xây dựng Đảng" in page
    assert admin.full_name in page
    assert told(ward, Area.COMMITTEE) == [
        [
            ("Cơ quan tham mưu", "Ban Xây dựng Đảng", "Văn phòng Đảng ủy"),
            ("Hộp thư", "bxdd@phuong.example", "vp@phuong.example"),
            ("Điện thoại", "024 3875 2468", "để trống"),
        ]
    ]
    client.post(url, sent)  # nothing new: nothing is recorded
    assert len(told(ward, Area.COMMITTEE)) == 1


def test_the_office_reads_and_the_other_ward_is_foreign(ward, admin, client):
    other = make_ward(name="Việt Hưng", code="VH")
    set_term(ward=other, term=None, name="2030-2035", starts_on=date(2030, 1, 1), by="x", at=NOW)
    client.force_login(make_user(Role.OFFICE, ward))
    assert client.get(reverse("settings")).url == reverse("settings_of", args=[ward.pk])
    hub = client.get(reverse("settings_of", args=[ward.pk])).content.decode()
    assert "Nguyễn Xuân Hiền, PHÓ BÍ THƯ THƯỜNG TRỰC" in hub
    assert "2030-2035" not in hub
    assert "Lưu thông tin đảng ủy" not in client.get(reverse("units:set_identity", args=[ward.pk])).content.decode()
    assert client.get(reverse("settings_of", args=[other.pk])).status_code == 404
    foreign = Term.objects.get(ward=other, name="2030-2035")
    assert client.post(reverse("units:remove_term", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize("name", ["set_reasons", "set_aliases", "set_signers", "set_terms"])
def test_lists_ask_the_same_number_of_times(ward, admin, client, django_assert_max_num_queries, name):
    client.force_login(admin)
    url = reverse(f"units:{name}", args=[ward.pk])

    def grow(n):
        for i in range(n):
            tag = f"{Reason.objects.count()}{i}"
            unit = make_unit(ward, name=f"Chi bộ {tag}")
            UnitAlias.objects.create(unit=unit, name=f"CB {tag}")
            add_reason(ward=ward, kind=ReasonKind.RETURN, text=f"Lý do {tag}", by=admin, at=NOW)
            set_signer(ward=ward, signer=None, values=signer_values(f"Người {tag}"), by=admin, at=NOW)
            set_term(ward=ward, term=None, name=f"N{tag}", starts_on=date(2031 + int(tag), 1, 1), by=admin, at=NOW)

    grow(1)
    client.get(url)
    with django_assert_max_num_queries(100) as few:
        client.get(url)
    grow(2)
    with django_assert_max_num_queries(len(few)):
        client.get(url)


def test_numbers_run_from_one_again_with_the_term(ward, admin):
    profile = CommitteeProfile.objects.get(unit=ward)
    make_directive(ward, number=53, issued_on=date(2026, 4, 21))
    make_directive(ward, number=90, issued_on=date(2025, 6, 30))  # the term before
    make_directive(ward, number=698, issued_on=date(2026, 4, 21), issuer="Ban Tuyên giáo và Dân vận Thành ủy")
    assert next_numbers_words(profile, date(2026, 4, 22)) == "Nhiệm kỳ 2025-2030, số tiếp theo: Công văn 54."
    set_term(ward=ward, term=None, name="2030-2035", starts_on=date(2030, 7, 15), by=admin, at=NOW)
    assert next_numbers_words(profile, date(2030, 7, 15)) == ""
