"""A mail server that behaves as scripted: accepts, refuses, defers, hangs, breaks the line; it keeps what it took.

Not here: assertions.
"""

import asyncio
import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Script:
    """What the server does, and what happened. Answers are looked up by recipient, then by "*"."""

    at_rcpt: dict[str, str] = field(default_factory=dict)
    at_data: dict[str, str] = field(default_factory=dict)
    """An SMTP answer, or "hang" (longer than any time-out), "drop" (close instead of answering), or
    "take and drop" (accept the mail, then close before saying so)."""
    at_mail: str = ""
    per_connection: int = 0
    """Say 421 to the mail after so many on one connection; 0 = never."""
    connections: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)

    def addresses(self) -> list[str]:
        """Recipients of the mails taken, in order."""
        return [address for address, _ in self.taken]

    def message_ids(self) -> list[str]:
        """Message-IDs of the mails taken, in order."""
        return [str(message["Message-ID"]) for _, message in self.taken]


class _Handler:
    def __init__(self, script: Script) -> None:
        self.script = script

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.script.connections += 1
        session.host_name = hostname
        session.mails = 0
        return responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address, options) -> str:
        if self.script.per_connection and session.mails >= self.script.per_connection:
            return "421 4.7.0 too many messages, bye"
        if self.script.at_mail:
            return self.script.at_mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address, options) -> str:
        answer = self.script.at_rcpt.get(address, self.script.at_rcpt.get("*", "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        address = envelope.rcpt_tos[0]
        answer = self.script.at_data.get(address, self.script.at_data.get("*", "250 OK"))
        if answer == "hang":
            await asyncio.sleep(3)
            return "250 too late"
        if answer.startswith("250") or answer == "take and drop":
            session.mails += 1
            self.script.taken.append((address, email.message_from_bytes(envelope.content, policy=default)))
        if "drop" in answer:
            server.transport.abort()
            return "421 bye"
        return answer


@contextmanager
def serving(script: Script) -> Iterator[int]:
    """Run the server on a free port and give the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(_Handler(script), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop(no_assert=True)
