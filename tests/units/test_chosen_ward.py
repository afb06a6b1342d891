"""Which ward a page is about, for an account that works for several: Đôn đốc, new papers, duties to the superior."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from directives.models import Directive
from directives.services.onward import OnwardAsk, add_onward_duty
from mailbox.services.polling import check_connections
from reminders.models import Ruling
from reminders.tokens import token_of
from tests.directives.reader.evaluation import TEXTS
from tests.directives.test_pages import HEAD
from tests.factories.directives import at
from tests.factories.units import grant, make_user
from tests.mailbox.imap_server import Mailbox, serving
from tests.reminders.scene import make_scene
from units.choices import Role
from units.models import CommitteeProfile, RoleGrant, Unit

pytestmark = pytest.mark.django_db
EXAMPLE = (TEXTS / "examples" / "cong_van_000.txt").read_text(encoding="utf-8")


@pytest.fixture
def scenes():
    first, second = make_scene(), make_scene(code="DB2", domain="vh.vn")
    Unit.objects.filter(pk=second.ward.pk).update(name="Đảng bộ phường Việt Hưng")
    second.ward.refresh_from_db()
    return first, second


@pytest.fixture
def both(scenes, client, time_machine):
    """The browser of an account that works for both wards."""
    time_machine.move_to(at(23, hour=16), tick=False)
    user = make_user(Role.OFFICE, scenes[0].ward)
    grant(user, Role.OFFICE, scenes[1].ward)
    client.force_login(user)
    client.user = user
    return client


CHASING = ("chase", "tomorrow", "log", "silent", "calls", "ask")
PAGES = (*(f"reminders:{name}" for name in CHASING), "directives:read", "directives:create", "directives:onward")


def chosen(page: str) -> str:
    """Name of the ward that the page's select shows, and that it prints."""
    [shown] = re.findall(
        r'<option value="\d+" selected>([^<]*)</option>', page[page.index('class="wardchoice') :][:2000]
    )
    assert f'<p class="wardname">{shown}</p>' in page
    return shown


@pytest.mark.parametrize("name", PAGES)
def test_the_ward_is_chosen_and_named(both, scenes, name):
    first, second = scenes
    page = both.get(reverse(name)).content.decode()
    assert chosen(page) == first.ward.name
    assert f'<option value="{second.ward.pk}">Đảng bộ phường Việt Hưng</option>' in page
    assert chosen(both.get(reverse(name), {"phuong": second.ward.pk}).content.decode()) == "Đảng bộ phường Việt Hưng"
    assert both.get(reverse(name), {"phuong": second.cell.pk}).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_the_bar_names_the_committee_of_that_ward(both, scenes, name):
    for scene, words in zip(scenes, ("Đảng ủy phường Một", "Đảng ủy phường Hai"), strict=True):
        CommitteeProfile.objects.filter(unit=scene.ward).update(name=words)
    for scene, words in zip(scenes, ("Đảng ủy phường Một", "Đảng ủy phường Hai"), strict=True):
        page = both.get(reverse(name), {"phuong": scene.ward.pk}).content.decode()
        bar = page[: page.index("<main")]
        assert [one in bar for one in ("Đảng ủy phường Một", "Đảng ủy phường Hai")] == [
            words.endswith("Một"), words.endswith("Hai"),
        ]  # fmt: skip


@pytest.mark.parametrize("name", ["tomorrow", "calls", "ask"])
def test_what_a_whole_page_was_asked_stays_when_the_ward_changes(both, name):
    asked = {"q": "cụm:3", "loai": "tat-ca", "ngay": "2026-04-27"}
    page = both.get(reverse(f"reminders:{name}"), asked).content.decode()
    choice = page[page.index('class="wardchoice') : page.index("</form>", page.index('class="wardchoice'))]
    assert dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', choice)) == asked


def test_the_choice_lasts_from_page_to_page(both, scenes):
    both.get(reverse("reminders:chase"), {"phuong": scenes[1].ward.pk})
    for name in PAGES:
        assert chosen(both.get(reverse(name)).content.decode()) == scenes[1].ward.name
    assert chosen(both.get(reverse("directives:read"), {"phuong": scenes[0].ward.pk}).content.decode()) == (
        scenes[0].ward.name
    )


@pytest.mark.parametrize("name", ["chase", "log"])
def test_links_of_a_page_keep_its_ward_whatever_another_tab_chooses(both, scenes, name):
    page = both.get(reverse(f"reminders:{name}")).content.decode()
    chips = re.findall(r'class="filterchip" href="([^"]*)"', page)
    assert chips
    assert all(f"phuong={scenes[0].ward.pk}" in href for href in chips)


def test_the_letter_shown_is_that_of_the_list(both, scenes):
    """An address may have letters in both wards: the token alone does not say whose."""
    first, second = scenes
    first.owe("an essay")
    second.owe("an essay")
    second.an.email = first.an.email
    second.an.save()
    page = both.get(reverse("reminders:tomorrow"), {"ngay": "2026-04-24"})
    [href] = {
        href
        for href in re.findall(r'href="(/don-doc/thu-mai/2026-04-24/[^"]*)"', page.content.decode())
        if token_of(first.an.email) in href
    }
    both.get(reverse("reminders:chase"), {"phuong": second.ward.pk})
    shown = both.get(href.replace("&amp;", "&"))
    assert shown.status_code == 200
    assert f"phuong={first.ward.pk}" in shown.context["frame_url"]
    assert both.get(shown.context["frame_url"]).status_code == 200


def test_a_form_speaks_of_the_ward_it_showed(both, scenes):
    """Another tab may have chosen another ward meanwhile."""
    first, second = scenes
    second.owe("an essay")
    both.get(reverse("reminders:chase"), {"phuong": second.ward.pk})
    shown = both.get(reverse("reminders:tomorrow"), {"ngay": "2026-04-24"})
    assert f'<input type="hidden" name="phuong" value="{second.ward.pk}">' in shown.content.decode()
    both.get(reverse("reminders:chase"), {"phuong": first.ward.pk})
    tokens = [row.token for row in shown.context["page_obj"]]
    where = reverse("reminders:decide", args=["2026-04-24"])
    sent = {"act": "bo", "tokens": tokens, "phuong": second.ward.pk}
    assert '<p class="pagehead-note">Đảng bộ phường Việt Hưng</p>' in both.post(where, sent).content.decode()
    both.post(where, {**sent, "count": len(tokens)})
    assert set(Ruling.objects.values_list("ward", "address")) == {
        (second.ward.pk, row.letter.person.address) for row in shown.context["page_obj"]
    }


def test_a_ward_no_longer_worked_for_is_forgotten(both, scenes):
    first, second = scenes
    both.get(reverse("reminders:chase"), {"phuong": second.ward.pk})
    RoleGrant.objects.filter(user=both.user, unit=second.ward).delete()
    page = both.get(reverse("reminders:chase"))
    assert page.status_code == 200
    assert "wardchoice" not in page.content.decode()
    assert page.wsgi_request.chosen_ward == first.ward
    assert both.get(reverse("reminders:chase"), {"phuong": second.ward.pk}).status_code == 404


def test_who_works_for_one_ward_is_not_asked(scenes, client):
    client.force_login(make_user(Role.OFFICE, scenes[0].ward))
    for name in PAGES:
        page = client.get(reverse(name)).content.decode()
        assert "wardchoice" not in page
        assert "wardname" not in page


def test_a_paper_is_drafted_for_the_ward_its_page_named(both, scenes):
    first, second = scenes
    for scene in (second, first):
        page = both.get(reverse("directives:create"), {"phuong": scene.ward.pk}).content.decode()
        assert f'<input type="hidden" name="phuong" value="{scene.ward.pk}">' in page
    assert both.post(reverse("directives:create"), {**HEAD, "phuong": second.ward.pk}).status_code == 302
    assert Directive.objects.latest("pk").ward == second.ward
    stranger = make_scene(code="DB3", domain="z.vn").ward
    assert both.post(reverse("directives:create"), {**HEAD, "phuong": stranger.pk}).status_code == 404


def test_a_paper_is_read_against_the_ward_its_page_named(both, scenes):
    first, second = scenes
    both.get(reverse("directives:read"), {"phuong": first.ward.pk})
    sent = {"text": EXAMPLE, "issued_on": "21/4/2026", "phuong": second.ward.pk}
    page = both.post(reverse("directives:read"), sent)
    assert page.status_code == 200
    html = page.content.decode()
    assert "Văn bản của Đảng bộ phường Việt Hưng." in html
    assert f'<input type="hidden" name="phuong" value="{second.ward.pk}">' in html


def test_what_is_owed_to_the_superior_is_each_wards_own(both, scenes):
    for scene in scenes:
        ask = OnwardAsk(
            title=f"Báo cáo của {scene.ward.name}", superior="Thành ủy", deadline_phrase="trước ngày 06/5/2026"
        )
        add_onward_duty(directive=scene.directive, ask=ask, by=both.user, at=at(21, hour=8))
    for scene, other in (scenes, reversed(scenes)):
        page = both.get(reverse("directives:onward"), {"phuong": scene.ward.pk}).content.decode()
        assert f"Báo cáo của {scene.ward.name}" in page
        assert f"Báo cáo của {other.ward.name}" not in page
    assert both.get(reverse("reports:office_home")).context["onward"] == {
        "owed": 2,
        "overdue": 0,
        "ward": scenes[0].ward.pk,
    }
    late = scenes[1].directive.onward_duties.get()
    type(late).objects.filter(pk=late.pk).update(due_at=at(22))
    home = both.get(reverse("reports:office_home"))
    assert f'href="{reverse("directives:onward")}?phuong={scenes[1].ward.pk}"' in home.content.decode()
    both.get(reverse("directives:onward"), {"phuong": scenes[0].ward.pk})
    sent = both.post(
        reverse("directives:send_onward", args=[late.pk]), {"sent_on": "23/4/2026", "reference": "12-BC/ĐU"}
    )
    assert sent.url == f"{reverse('directives:onward')}?phuong={scenes[1].ward.pk}"


def test_only_mailboxes_of_ones_own_wards_are_tried(scenes, client, settings):
    first, second = scenes
    with serving(Mailbox()) as port:
        settings.MAILBOXES = " ".join(
            f"imap://{name}%40x.vn:secret@127.0.0.1:{port}/INBOX?phuong={scene.ward.code}"
            for name, scene in (("mot", first), ("hai", second))
        )
        client.force_login(make_user(Role.OFFICE, second.ward))
        answer = client.post(reverse("mailbox:check"), follow=True).content.decode()
        assert len(check_connections()) == 2
        mine = settings.MAILBOXES.split()[1]
        settings.MAILBOXES = (
            f"imap://ba%40x.vn:secret@127.0.0.1:{port}/INBOX?phuong=KHONG-CO {mine}"  # no fault of mine
        )
        assert "Nối được" in client.post(reverse("mailbox:check"), follow=True).content.decode()
        settings.MAILBOXES = settings.MAILBOXES.split()[0]
        none = client.post(reverse("mailbox:check"), follow=True).content.decode()
    assert "hai@x.vn" in answer
    assert "mot@x.vn" not in answer
    assert "Chưa có hộp thư nào của phường đồng chí" in none


def test_a_ward_is_chosen_by_a_button_where_something_is_typed(both):
    for name in ("directives:create", "directives:read"):
        page = both.get(reverse(name)).content.decode()
        choice = page[page.index('class="wardchoice') : page.index("</form>", page.index('class="wardchoice'))]
        assert "data-autosend" not in choice
        assert '<button class="btn" type="submit">Đổi phường</button>' in choice
