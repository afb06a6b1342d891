"""No log line, error page or mail to operators holds a name, an address, a file name, a password, a query or a code."""

import io
import logging
import logging.config
import re

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import include, path, reverse
from django.utils.log import AdminEmailHandler

from phucloi_portal import error_pages
from phucloi_portal.logs import logging_config
from tests.factories.units import make_user, make_ward
from units.choices import Role

CANARY = "chimhoangyen"
NAME = "Chim Hoàng Yến"


def _fail(request, code):
    secret_local = f"{NAME} {CANARY}"
    raise ValueError(f"Key (email)=({CANARY}@phuong.example) already exists: {secret_local}")


def _fail_with_a_cause(request, code):
    try:
        _fail(request, code)
    except ValueError as cause:
        raise RuntimeError(NAME) from cause


urlpatterns = [
    path("", include("phucloi_portal.urls")),
    path("thu/<str:code>/", _fail),
    path("thu-nguyen-nhan/<str:code>/", _fail_with_a_cause),
]
handler500 = error_pages.server_error


@pytest.fixture(params=["json", "console"])
def lines(request):
    """Every line the portal would write at the most talkative level an operator may set, as it would write it."""
    out = io.StringIO()
    config = logging_config(form=request.param, level="INFO")
    config["handlers"]["stderr"]["stream"] = out
    logging.config.dictConfig(config)
    yield out
    logging.config.dictConfig(settings.LOGGING)


@pytest.fixture
def office(db):
    return make_user(Role.OFFICE, make_ward())


def assert_clean(text: str) -> None:
    assert re.search(f"{CANARY}|{NAME}", text, re.IGNORECASE) is None, text


def test_logging_in_searching_and_uploading_leave_no_trace(lines, office) -> None:
    client = Client(raise_request_exception=False)
    client.post(reverse("account_login"), {"login": f"{CANARY}@phuong.example", "password": f"{CANARY}-mat-khau"})
    client.force_login(office)
    client.get(reverse("units:members"), {"q": NAME, "tim": CANARY})
    client.get(f"/khong-co/{CANARY}/", {"q": CANARY})
    file = SimpleUploadedFile(f"{NAME} {CANARY}.pdf", b"%PDF-1.4 broken", "application/pdf")
    client.post(reverse("directives:create"), {"subject": NAME, "files": [file]})
    Client(enforce_csrf_checks=True).post(f"/danh-ba/?q={CANARY}", {"name": NAME})
    logging.getLogger("portal.test").warning("a line that is seen")
    assert "a line that is seen" in lines.getvalue()
    assert_clean(lines.getvalue())


@pytest.mark.parametrize("route", ["thu", "thu-nguyen-nhan"])
def test_an_error_is_told_by_its_type_and_its_places(lines, office, route) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(office)
    client.cookies["x"] = CANARY
    with override_settings(ROOT_URLCONF=__name__, ADMINS=[("Quản trị", "quantri@phuong.example")]):
        answer = client.get(f"/{route}/{CANARY}/?q={CANARY}")
    assert answer.status_code == 500
    said = lines.getvalue()
    assert "ValueError" in said
    assert "test_log_hygiene.py" in said
    assert f"/{route}/<str:code>/" in said
    assert_clean(said)
    assert_clean(answer.content.decode())
    assert mail.outbox == []


def test_a_failed_task_is_told_by_its_type(lines) -> None:
    """Celery's own words on a task that raised: `celery.app.trace` formats them from a dictionary."""
    try:
        raise ValueError(NAME)
    except ValueError as error:
        context = {
            "name": "reports.tasks.run",
            "id": "1",
            "exc": repr(error),
            "traceback": NAME,
            "args": f"({CANARY},)",
            "kwargs": "{}",
        }
        logging.getLogger("celery.app.trace").error("Task %(name)s[%(id)s] raised: %(exc)s", context, exc_info=True)
    said = lines.getvalue()
    assert "reports.tasks.run" in said
    assert "ValueError" in said
    assert_clean(said)


def test_nobody_is_mailed_a_traceback() -> None:
    names = ["", *logging.Logger.manager.loggerDict]
    handlers = [handler for name in names for handler in logging.getLogger(name).handlers]
    assert not any(isinstance(handler, AdminEmailHandler) for handler in handlers)
