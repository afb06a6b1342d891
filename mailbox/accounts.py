"""The accounts that are read, from the setting MAILBOXES: one address each, white space between several.

`imaps://user:password@host:993/INBOX?phuong=CODE&da-xu-ly=Processed&can-xu-ly=Unclear&tu-ngay=2026-11-01`; `imap://`
speaks without TLS and is meant for a server on the same machine. `&dang-nhap=oauth2` for accounts that allow no password
(the token comes from `tokens.py`). Not here: talking to the server (`fetching.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

from mailbox.errors import BadSetting


@dataclass(frozen=True, slots=True)
class Account:
    """One folder of one mailbox."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    tls: bool
    ward_code: str
    processed: str
    unclear: str
    since: date | None
    by_token: bool = False
    """Logs in by OAuth2 with a token of the setting's command instead of the password."""

    @property
    def name(self) -> str:
        """What the account is known by."""
        return self.user if "@" in self.user else f"{self.user}@{self.host}"


def accounts_of(setting: str) -> list[Account]:
    """Every account of the setting. Raises BadSetting, which never repeats the password."""
    return [_account(one) for one in setting.split()]


def _account(address: str) -> Account:
    try:
        parts = urlsplit(address)
        port = parts.port
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        since = date.fromisoformat(asked["tu-ngay"]) if "tu-ngay" in asked else None
    except ValueError as fault:
        raise BadSetting from fault
    ways = ("", "mat-khau", "oauth2")
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise BadSetting
    if asked.get("dang-nhap", "") not in ways:
        raise BadSetting
    tls = parts.scheme == "imaps"
    return Account(
        host=parts.hostname,
        port=port or (993 if tls else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls=tls,
        ward_code=asked.get("phuong", ""),
        processed=asked.get("da-xu-ly", ""),
        unclear=asked.get("can-xu-ly", ""),
        since=since,
        by_token=asked.get("dang-nhap") == "oauth2",
    )
