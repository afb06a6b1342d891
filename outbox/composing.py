"""A mail as a message of the standard library: plain text, and HTML as its alternative (RFC 5322, 2045, 2047).

The library writes the bytes. What it need not find out anew for each of three hundred mails is settled here: header
values come as plain ASCII words and are only broken at blanks, texts are UTF-8, the border between parts is drawn, not
searched for. Not here: which words stand in a mail, handing it over (`delivery.py`).
"""

import secrets
from collections.abc import Mapping
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.message import Message
from email.policy import Compat32
from functools import lru_cache
from io import BytesIO
from typing import Final

_LONGEST_HEAD_LINE: Final = 78
_LONGEST_BODY_LINE: Final = 998
"""Bytes of a line that may go as it is (RFC 5322); a text with a longer one goes as quoted-printable."""

_IN_PIECES: Final = Charset("utf-8")
_IN_PIECES.body_encoding = QP


class _Written(Compat32):
    """Writes headers whose values are ASCII without a break; anything else is refused with ValueError."""

    def fold_binary(self, name: str, value: str) -> bytes:
        line = f"{name}: {value}"
        if not (line.isascii() and line.isprintable()):
            raise ValueError(f"{name}: {value!r}"[:300])
        if len(line) <= _LONGEST_HEAD_LINE:
            return f"{line}{self.linesep}".encode("ascii")
        return _broken(name, value, self.linesep)


@lru_cache(maxsize=256)
def _broken(name: str, value: str, linesep: str) -> bytes:
    """A long header in lines, broken at blanks; the same sender stands in every mail of a batch."""
    return Compat32(linesep=linesep).fold_binary(name, value)


_POLICY: Final = _Written()


class _Writer(BytesGenerator):
    """Takes texts as they are made in `_part`, with one kind of line end; the library looks at every line for others."""

    def _write_lines(self, lines: str) -> None:
        self.write(lines.replace("\n", self._NL))


class Mail(Message):
    """A message of the standard library that also takes the line end the way Django's backends name it."""

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:  # type: ignore[override]
        """The bytes that go over the line. Raises ValueError when a header or a text cannot be written."""
        written = BytesIO()
        _Writer(written, mangle_from_=False, policy=_POLICY.clone(linesep=linesep)).flatten(self, unixfrom=unixfrom)
        return written.getvalue()


def compose(head: Mapping[str, str], text: str, html: str = "") -> Mail:
    """The message with these headers, in their order; MIME headers are added. Raises ValueError for a text that is
    no Unicode."""
    mail = _part("plain", text)
    if html:
        plain, mail = mail, Mail(_POLICY)
        mail["Content-Type"] = f'multipart/alternative; boundary="=_{secrets.token_hex(16)}"'
        mail.set_payload([plain, _part("html", html)])
    mail["MIME-Version"] = "1.0"
    for name, value in head.items():
        mail[name] = value
    return mail


def _part(kind: str, text: str) -> Mail:
    part = Mail(_POLICY)
    part["Content-Type"] = f'text/{kind}; charset="utf-8"'
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    body = text.encode("utf-8")
    if max(map(len, body.split(b"\n")), default=0) > _LONGEST_BODY_LINE:
        part.set_payload(text, _IN_PIECES)
        return part
    part["Content-Transfer-Encoding"] = "7bit" if body.isascii() else "8bit"
    part.set_payload(
        body.decode("ascii", "surrogateescape")
    )  # how the library holds bytes that are to stay as they are
    return part
