"""Which ward the pages of Đôn đốc are about, for an account that works for several."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories.directives import at
from tests.factories.units import grant, make_user
from tests.reminders.scene import make_scene
from units.choices import Role
from units.models import RoleGrant

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenes():
    return make_scene(), make_scene(code="DB2", domain="vh.vn")


@pytest.fixture
def both(scenes, client, time_machine):
    """The browser of an account that works for both wards."""
    time_machine.move_to(at(23, hour=16), tick=False)
    user = make_user(Role.OFFICE, scenes[0].ward)
    grant(user, Role.OFFICE, scenes[1].ward)
    client.force_login(user)
    client.user = user
    return client


PAGES = ("chase", "tomorrow", "log", "silent", "calls", "ask")


@pytest.mark.parametrize("name", PAGES)
def test_the_ward_is_chosen_and_named(both, scenes, name):
    first, second = scenes
    where = reverse(f"reminders:{name}")
    page = both.get(where).content.decode()
    assert f'<option value="{first.ward.pk}" selected>{first.ward.name}</option>' in page
    assert f'<option value="{second.ward.pk}">{second.ward.name}</option>' in page
    page = both.get(where, {"phuong": second.ward.pk, "q": "cụm:3", "loai": "tat-ca"}).content.decode()
    assert f'<option value="{second.ward.pk}" selected>' in page
    choice = page[page.index('class="wardchoice') : page.index("</form>", page.index('class="wardchoice'))]
    assert '<input type="hidden" name="q" value="cụm:3">' in choice
    assert '<input type="hidden" name="loai" value="tat-ca">' in choice


def test_the_choice_lasts_from_page_to_page(both, scenes):
    second = scenes[1].ward
    both.get(reverse("reminders:chase"), {"phuong": second.pk})
    for name in PAGES:
        assert f'<option value="{second.pk}" selected>' in both.get(reverse(f"reminders:{name}")).content.decode()
    answer = both.get(reverse("reminders:chase"), {"phuong": scenes[0].ward.pk})
    assert f'<option value="{scenes[0].ward.pk}" selected>' in answer.content.decode()


def test_a_form_speaks_of_the_ward_it_showed(both, scenes):
    """Another tab may have chosen another ward meanwhile."""
    first, second = scenes
    second.owe("an essay")
    both.get(reverse("reminders:chase"), {"phuong": second.ward.pk})
    shown = both.get(reverse("reminders:tomorrow"))
    assert f'<input type="hidden" name="phuong" value="{second.ward.pk}">' in shown.content.decode()
    both.get(reverse("reminders:chase"), {"phuong": first.ward.pk})
    tokens = [row.token for row in shown.context["page_obj"]]
    assert tokens
    where = reverse("reminders:decide", args=["2026-04-24"])
    asked = both.post(where, {"act": "bo", "tokens": tokens, "phuong": second.ward.pk})
    assert len(asked.context["letters"]) == len(tokens)


def test_a_ward_no_longer_worked_for_is_forgotten(both, scenes):
    first, second = scenes
    both.get(reverse("reminders:chase"), {"phuong": second.ward.pk})
    RoleGrant.objects.filter(user=both.user, unit=second.ward).delete()
    page = both.get(reverse("reminders:chase"))
    assert page.status_code == 200
    assert "wardchoice" not in page.content.decode()
    assert page.wsgi_request.chased_ward == first.ward
    assert both.get(reverse("reminders:chase"), {"phuong": second.ward.pk}).status_code == 404


def test_who_works_for_one_ward_is_not_asked(scenes, client):
    client.force_login(make_user(Role.OFFICE, scenes[0].ward))
    for name in PAGES:
        assert 'name="phuong"' not in client.get(reverse(f"reminders:{name}")).content.decode()
