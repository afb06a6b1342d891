"""Somebody logged in who sends requests to the WSGI application as a server hands them over.

Nothing of Django's test client is in the measured time: no copies of the body, no signals that keep contexts. Form tokens
are checked, and what a server does at the end of a request (closing the answer, ageing connections) is done.
Not here: sockets, and the server's own parsing of the request's head.
"""

from __future__ import annotations

import sys
from io import SEEK_END, BytesIO
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from units.models import User


class Visitor:
    """One account with a session and a form token of its own."""

    def __init__(self, user: User) -> None:
        from django.conf import settings  # noqa: PLC0415 (after start_django)
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
        from django.middleware.csrf import _get_new_csrf_string  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        client = Client()
        client.force_login(user, backend="units.backends.AccountBackend")
        self._application = get_wsgi_application()
        self._token = _get_new_csrf_string()
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={self._token}"

    def get(self, address: str) -> str:
        """The status line of a page, drawn to its end."""
        return self._served({"REQUEST_METHOD": "GET", "PATH_INFO": address, "wsgi.input": BytesIO()})

    def post(self, address: str, body: BytesIO, content_type: str) -> str:
        """The status line of the answer to a form."""
        length = body.seek(0, SEEK_END)
        body.seek(0)
        return self._served(
            {
                "REQUEST_METHOD": "POST",
                "PATH_INFO": address,
                "CONTENT_TYPE": content_type,
                "CONTENT_LENGTH": str(length),
                "HTTP_X_CSRFTOKEN": self._token,
                "wsgi.input": body,
            }
        )

    def _served(self, request: dict[str, Any]) -> str:
        said: list[str] = []
        answer = self._application(
            {
                "SCRIPT_NAME": "",
                "QUERY_STRING": "",
                "SERVER_NAME": "testserver",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "REMOTE_ADDR": "127.0.0.1",
                "HTTP_HOST": "testserver",
                "HTTP_ACCEPT_ENCODING": "gzip",
                "HTTP_COOKIE": self._cookies,
                "wsgi.version": (1, 0),
                "wsgi.url_scheme": "http",
                "wsgi.errors": sys.stderr,
                "wsgi.multithread": True,
                "wsgi.multiprocess": True,
                "wsgi.run_once": False,
                **request,
            },
            cast(Any, lambda status, headers, *_: said.append(status)),
        )
        try:
            for _ in answer:
                pass
        finally:
            answer.close()
        return said[0]
