"""Talking to the mail server: what is there, one message by its UID, moving it. Everything it does is by UID.

Whatever goes wrong on the line is `Unreachable`. Not here: what is kept and how far a folder is read
(`services/polling.py`).
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted
from imap_tools.utils import encode_folder

from mailbox.accounts import Account
from mailbox.errors import Unreachable
from mailbox.tokens import token_for

_TIMEOUT = 30  # seconds of silence
_BROKEN = "không nối được hoặc bị đứt đường tới máy chủ thư"
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as the server keeps it. `raw` is None when it is longer than asked for."""

    uid: int
    size: int
    received_at: datetime
    raw: bytes | None


class Line:
    """An open folder."""

    def __init__(self, box: BaseMailBox, account: Account) -> None:
        self._box, self._client, self._account = box, box.client, account
        self._there: set[str] = set()
        status = box.folder.status(account.folder, ["UIDVALIDITY", "MESSAGES", "UIDNEXT"])
        self.uid_validity, self.messages, self.uid_next = (
            status.get("UIDVALIDITY", 0), status.get("MESSAGES", 0), status.get("UIDNEXT", 1)
        )  # fmt: skip

    def uids_after(self, last: int, since: datetime) -> list[int]:
        """UIDs above `last` that came on the day before `since` or later (servers count days in their own zone)."""
        day = (since - timedelta(days=1)).astimezone(UTC)
        month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.month - 1]
        answer = self._ask("SEARCH", None, f"UID {last + 1}:*", f"SINCE {day.day:02d}-{month}-{day.year}")
        found = b" ".join(one for one in answer if isinstance(one, bytes)).split()
        return sorted(uid for uid in map(int, found) if uid > last)  # "n:*" names the last one even when it is below n

    def fetch(self, uid: int, limit: int) -> Fetched | None:
        """One message, its body only when it is not longer than `limit` bytes; None when it is gone."""
        head = self._ask("FETCH", str(uid), "(UID RFC822.SIZE INTERNALDATE)")
        line = next((one for one in map(_flat, head) if _names(one, uid)), None)
        if line is None:
            return None
        size = int(found[1]) if (found := _SIZE.search(line)) else 0
        if size > limit:
            return Fetched(uid, size, _when(line), None)
        body = self._ask("FETCH", str(uid), "(UID BODY.PEEK[])")
        raw = next((one[1] for one in body if isinstance(one, tuple) and len(one) > 1), None)
        if raw is None:
            raise Unreachable("máy chủ thư không trả nội dung thư")
        return Fetched(uid, size, _when(line), bytes(raw))

    def put_aside(self, uid: int, folder: str) -> None:
        """Mark as read and move, when a folder is named; a server that does not allow it is no fault, a broken line is."""
        try:
            self._client.uid("STORE", str(uid), "+FLAGS", r"(\Seen)")
            if folder:
                if folder not in self._there and not self._box.folder.exists(folder):
                    self._box.folder.create(folder)
                self._there.add(folder)
                self._move(uid, folder)
        except imaplib.IMAP4.abort:
            raise
        except (ImapToolsError, imaplib.IMAP4.error):
            return

    def _move(self, uid: int, folder: str) -> None:
        """In one step where the server can: a line that breaks between copying and deleting leaves the mail twice."""
        try:
            if self._client.uid("MOVE", str(uid), encode_folder(folder).decode())[0] == "OK":
                return
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            pass  # the server knows no MOVE
        self._box.move(str(uid), folder)

    def _ask(self, *words: Any) -> list[Any]:
        kind, answer = self._client.uid(*words)
        if kind != "OK":
            raise Unreachable("máy chủ thư từ chối lệnh")
        return [one for one in answer if one is not None]


def _log_in(box: BaseMailBox, account: Account) -> None:
    if account.by_token:
        token = token_for(account.user, settings.MAILBOX_TOKEN_COMMAND)
        box.xoauth2(account.user, token, initial_folder=account.folder)
        return
    plain = (account.user + account.password).isascii()  # LOGIN knows no other letters
    (box.login if plain else box.login_utf8)(account.user, account.password, initial_folder=account.folder)


@contextmanager
def line_to(account: Account) -> Iterator[Line]:
    """The account's folder, opened. Raises Unreachable."""
    try:
        if account.tls:
            box: BaseMailBox = MailBox(
                account.host, account.port, timeout=_TIMEOUT, ssl_context=ssl.create_default_context()
            )
        else:
            box = MailBoxUnencrypted(account.host, account.port, timeout=_TIMEOUT)
        try:
            _log_in(box, account)
            yield Line(box, account)
        finally:
            with suppress(Exception):
                box.logout()
            with suppress(Exception):
                box.client.shutdown()  # a line that broke is closed here, not by the collector
    except imaplib.IMAP4.abort as fault:
        raise Unreachable(_BROKEN) from fault
    except (ImapToolsError, imaplib.IMAP4.error) as fault:
        what = "mã truy cập" if account.by_token else "mật khẩu"
        raise Unreachable(f"máy chủ thư không nhận tên, {what} hoặc thư mục") from fault
    except ssl.SSLError as fault:
        raise Unreachable("chứng thư TLS của máy chủ thư không hợp lệ") from fault
    except (OSError, EOFError) as fault:
        raise Unreachable(_BROKEN) from fault


def _flat(one: object) -> bytes:
    return b" ".join(part for part in one if isinstance(part, bytes)) if isinstance(one, tuple) else bytes(one)  # type: ignore[call-overload]


def _names(line: bytes, uid: int) -> bool:
    found = _UID.search(line)
    return bool(found) and int(found[1]) == uid


def _when(line: bytes) -> datetime:
    """INTERNALDATE, which the server sets on arrival; without it the instant of this fetch."""
    moment = imaplib.Internaldate2tuple(line)
    if moment is None:
        return datetime.now(UTC)
    return datetime.fromtimestamp(time.mktime(moment), UTC)
