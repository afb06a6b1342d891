"""The one module that talks to a mail server: has the message composed, hands it over, and says what became of it.

Uses Django's configured backend (`EMAIL_*`): SMTP in production, files or console in the embedded profile.

Not here: the message itself (`composing.py`), which mail is next and what its row says afterwards (`draining.py`).
"""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import Enum, auto
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from outbox.composing import Mail, compose
from outbox.headers import address_of, encoded_words, mailbox

PER_CONNECTION = 100
"""Messages over one connection before it is renewed; many servers close it at some such number."""


class Result(Enum):
    """What a hand-over came to."""

    SENT = auto()
    REFUSED = auto()
    """For good: no use in trying again."""
    DEFERRED = auto()
    """For now: this mail later, the next mail at once."""
    BROKEN = auto()
    """The line broke in mid-dialogue: this mail later (it may have been taken), over a new connection."""
    UNREACHABLE = auto()
    """The server as a whole does not serve us: no mail now, and none is to blame."""


@dataclass(frozen=True)
class Outcome:
    """Result of one hand-over and the server's words."""

    result: Result
    answer: str = ""


@dataclass(frozen=True)
class Parcel:
    """A mail as the postman needs it."""

    message_id: str
    to_address: str
    to_name: str
    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    thread: str = ""
    """Message-IDs of the mails before, the answered one last; "" when it answers none."""


def _words(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {text}".strip()[:500]


class Written(EmailMessage):
    """A mail whose message is composed already; Django's backends ask for it by `message()`."""

    def __init__(self, composed: Mail, **fields: Any) -> None:
        super().__init__(**fields)
        self._composed = composed
        self.raw = composed.as_bytes(linesep="\r\n")
        """The message as it goes over the line."""

    def message(self) -> Any:
        """The message as composed."""
        return self._composed


def build(parcel: Parcel, at: datetime) -> Written:
    """The message of a parcel, dated `at`: plain text with an HTML alternative; marked as automatic, so that no
    vacation notice answers it. Raises ValueError when it cannot be written.

    Names and subject are encoded here: left to itself the library begins a long one with an empty line.
    """
    default_name, sender = _default_sender(settings.DEFAULT_FROM_EMAIL)
    reply_to = mailbox("", parcel.reply_to) if parcel.reply_to else ""
    head = {
        "Subject": " ".join(encoded_words(parcel.subject)),
        "From": _mailbox_of_sender(parcel.from_name or default_name, sender),
        "To": mailbox(parcel.to_name, parcel.to_address),
        **({"Reply-To": reply_to} if reply_to else {}),
        "Message-ID": parcel.message_id,
        "Date": format_datetime(at),
        "Auto-Submitted": "auto-replied" if parcel.thread else "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    if parcel.thread:
        head |= {"In-Reply-To": parcel.thread.split()[-1], "References": parcel.thread}
    return Written(
        compose(head, parcel.text, parcel.html),
        subject=parcel.subject,
        body=parcel.text,
        from_email=sender,
        to=[mailbox("", parcel.to_address)],
        reply_to=[reply_to] if reply_to else None,
    )


def write(parcel: Parcel, at: datetime) -> Written | Outcome:
    """The message of a parcel, or REFUSED when it cannot be written."""
    try:
        return build(parcel, at)
    except ValueError as error:
        return Outcome(Result.REFUSED, f"Không dựng được thư: {error}"[:500])


_default_sender = lru_cache(maxsize=8)(address_of)
_mailbox_of_sender = lru_cache(maxsize=64)(mailbox)
"""The same few senders stand in all mails."""


def _permanent(code: int) -> bool:
    return 500 <= code < 600


class Postman:
    """One connection for a batch, opened at the first mail, renewed when it breaks; a context manager."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._carried = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection if there is one; a server that is already gone is no error."""
        if self._backend is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._backend.close()
        self._backend = None
        self._carried = 0

    def deliver(self, message: Written) -> Outcome:
        """Hand one mail over. Never raises for what a server does."""
        if self._carried >= PER_CONNECTION:
            self.hang_up()
        outcome = self._once(message)
        if outcome is None:  # the server said good-bye (421) before taking anything: once more over a new line
            outcome = self._once(message) or Outcome(Result.UNREACHABLE, "421")
        return outcome

    def _offer(self, message: Written) -> None:
        """Over SMTP the bytes go straight, as addresses and message are in order; other backends do as they do."""
        if isinstance(self._backend, EmailBackend):
            self._backend.connection.sendmail(message.from_email, message.to, message.raw)
        else:
            self._backend.send_messages([message])

    def _once(self, message: Written) -> Outcome | None:
        """One try; None when an old connection was closed by the server before the mail was offered."""
        fresh = self._backend is None
        if fresh:
            self._backend = get_connection()
            try:
                self._backend.open()
            except (smtplib.SMTPException, OSError) as error:
                self.hang_up()
                return Outcome(Result.UNREACHABLE, f"Không nối được máy chủ thư: {error}"[:500])
        try:
            self._offer(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            if code == 421:
                self.hang_up()
            return Outcome(Result.REFUSED if _permanent(code) else Result.DEFERRED, _words(code, answer))
        except smtplib.SMTPDataError as error:
            if error.smtp_code == 421:
                self.hang_up()
            words = _words(error.smtp_code, error.smtp_error)
            return Outcome(Result.REFUSED if _permanent(error.smtp_code) else Result.DEFERRED, words)
        except smtplib.SMTPSenderRefused as error:
            self.hang_up()
            if error.smtp_code == 421 and not fresh:
                return None
            return Outcome(Result.UNREACHABLE, _words(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            return Outcome(Result.REFUSED, f"Không dựng được thư: {error}"[:500])
        except (smtplib.SMTPException, OSError) as error:
            self.hang_up()
            return Outcome(Result.BROKEN, f"Đứt kết nối khi đang gửi: {error or type(error).__name__}"[:500])
        self._carried += 1
        return Outcome(Result.SENT)
