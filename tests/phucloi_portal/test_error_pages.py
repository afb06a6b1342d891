"""Error pages: Vietnamese words, the request's code, no internals, no query; login for htmx calls."""

import re

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from phucloi_portal import error_pages
from tests.factories.units import make_unit, make_user, make_ward
from units.choices import Role


def _raise(error):
    def view(request):
        raise error

    return view


def _secret(request):
    return HttpResponse(str(1 / 0))


urlpatterns = [
    path("", include("phucloi_portal.urls")),
    path("thu/400/", _raise(SuspiciousOperation("bí mật bên trong"))),
    path("thu/403/", _raise(PermissionDenied("bí mật bên trong"))),
    path("thu/404/", _raise(Http404("bí mật bên trong"))),
    path("thu/413/", _raise(RequestDataTooBig("bí mật bên trong"))),
    path("thu/500/", _secret),
]
handler400 = error_pages.bad_request
handler403 = error_pages.permission_denied
handler404 = error_pages.not_found
handler500 = error_pages.server_error


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 413, 500])
def test_each_status_says_what_happened_and_the_code_of_the_request(client, status, caplog):
    with override_settings(ROOT_URLCONF=__name__):
        client.force_login(make_user(Role.OFFICE, make_ward()))
        response = client.get(f"/thu/{status}/")
    page = response.content.decode()
    assert response.status_code == status
    fault = error_pages.FAULTS[status]
    assert f"<h1>{fault.title}</h1>" in page
    assert fault.text.split(".")[0] in page
    assert f"Mã lỗi {status}, mã yêu cầu" in page
    assert response["X-Request-ID"] in page
    assert "bí mật bên trong" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize("status", sorted(error_pages.FAULTS))
def test_a_page_needs_no_database(rf, status):
    request = rf.get("/")
    request.request_id = "a1b2c3d4e5f6"
    response = error_pages.error_page(request, status)
    assert response.status_code == status
    assert "a1b2c3d4e5f6" in response.content.decode()
    assert response.get("Retry-After") == ("60" if status in (429, 503) else None)


@pytest.mark.django_db
def test_a_stale_form_says_why_without_its_reason():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    response = client.post(reverse("account_logout"))
    page = response.content.decode()
    assert response.status_code == 403
    assert "Trang đã mở quá lâu" in page
    assert "CSRF" not in page


@pytest.mark.django_db
def test_an_expired_session_sends_an_htmx_call_to_login_and_back_to_its_page(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/theo-doi/?gop=cum"}
    response = client.get("/theo-doi/danh-sach/", headers=headers)
    assert response.status_code == 200
    assert response.content == b""
    assert response["HX-Redirect"] == f"{reverse('account_login')}?next=/theo-doi/%3Fgop%3Dcum"
    plain = client.get("/theo-doi/danh-sach/")
    assert (plain.status_code, plain["Location"]) == (302, f"{reverse('account_login')}?next=/theo-doi/danh-sach/")


@pytest.mark.django_db
def test_browser_policy(client):
    assert "no-store" in client.get(reverse("account_login"))["Cache-Control"]
    client.force_login(make_user(Role.OFFICE, make_ward()))
    page = client.get("/theo-doi/")
    assert page["Cache-Control"] == "private, no-store"
    assert "camera=()" in page["Permissions-Policy"]
    assert not page.has_header("Clear-Site-Data")
    assert client.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_no_english_word_stands_in_a_fault():
    text = " ".join(f"{fault.title} {fault.text}" for fault in error_pages.FAULTS.values())
    assert re.findall(r"\b(?:error|page|server|request|file|please|sorry)\b", text, re.IGNORECASE) == []


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["9223372036854775808", "1" + "0" * 40])
def test_an_address_with_a_number_no_row_has_leads_nowhere(client, number):
    ward = make_ward()
    client.force_login(make_user(Role.ADMIN, ward))
    cell = make_unit(ward)
    for address in (
        f"/viec/{number}/{cell.pk}/",
        f"/viec/1/{number}/kiem-tra/",
        f"/thiet-lap/{number}/nac-nhac/",
        f"/bai-nop/so-sanh/{number}/{number}/",
        f"/danh-ba/don-vi/{cell.pk}/lien-ket/?ai={number}",
    ):
        answer = client.get(address)
        assert answer.status_code == 404, address
    revoke = client.get(f"/danh-ba/don-vi/{cell.pk}/lien-ket/thu-hoi/?ai={number}")
    assert revoke.status_code < 500
    assert client.get(f"/thiet-lap/{ward.pk}/nac-nhac/").status_code == 200


@pytest.mark.django_db
def test_a_nul_is_answered_in_plain_words_whatever_holds_it(client):
    for answer in (
        client.get("/tai-khoan/dang-nhap/", {"next": "/\x00"}),
        client.get("/tai-khoan/moi/a%00b/"),
        client.post("/tai-khoan/dang-nhap/", {"login": "a\x00@b.vn", "password": "x"}),
    ):
        assert answer.status_code == 400
        assert "Yêu cầu gửi lên không đọc được" in answer.content.decode()
    assert client.get("/tai-khoan/dang-nhap/", {"next": "/viec/"}).status_code == 200


@pytest.mark.django_db
def test_an_address_of_a_form_opened_as_a_page_says_so(client):
    ward = make_ward()
    client.force_login(make_user(Role.ADMIN, ward))
    response = client.get(reverse("privacy:term", args=[ward.pk, "PAPERS"]))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "<h1>Địa chỉ này chỉ nhận biểu mẫu</h1>" in response.content.decode()
    assert client.head(reverse("privacy:term", args=[ward.pk, "PAPERS"])).content == b""
