"""An IMAP server of the tests' own: a folder of messages, a line that drops after a given number of bytes.

Not here: what is expected of the poller (`test_polling.py`).
"""

from __future__ import annotations

import base64
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """What the server holds. `drops`: bytes each next connection may send before it breaks (empty: never)."""

    messages: dict[int, bytes] = field(default_factory=dict)
    uid_validity: int = 1
    drops: list[int] = field(default_factory=list)
    when: str = "24-Apr-2026 09:00:00 +0700"
    bodies_sent: int = 0
    sizes: dict[int, int] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    """What XOAUTH2 takes as `user=…, auth=Bearer …`; LOGIN takes anything."""
    logins: list[str] = field(default_factory=list)

    def add(self, raw: bytes) -> int:
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = raw
        return uid


class _Dropped(Exception):
    pass


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self.left = self.box.drops.pop(0) if self.box.drops else None
        try:
            self.say(b"* OK ready\r\n")
            while line := self.rfile.readline():
                tag, _, rest = line.strip().partition(b" ")
                taken = self.log_in(rest) if rest.upper().startswith((b"LOGIN", b"AUTHENTICATE")) else True
                self.answer(rest)
                self.say(tag + (b" OK done\r\n" if taken else b" NO [AUTHENTICATIONFAILED] no\r\n"))
                if rest.upper().startswith(b"LOGOUT"):
                    return
        except (_Dropped, OSError):
            return

    def say(self, data: bytes) -> None:
        if self.left is not None and len(data) > self.left:
            self.wfile.write(data[: self.left])
            raise _Dropped
        if self.left is not None:
            self.left -= len(data)
        self.wfile.write(data)

    def log_in(self, rest: bytes) -> bool:
        """Whether the login is taken; XOAUTH2 as Gmail and Outlook speak it: a refusal is a second challenge."""
        self.box.logins.append(rest.split()[0].decode().upper())
        if not rest.upper().startswith(b"AUTHENTICATE"):
            return True
        self.say(b"+ \r\n")
        said = base64.b64decode(self.rfile.readline().strip()).decode()
        if said in self.box.tokens:
            return True
        self.say(b"+ " + base64.b64encode(b'{"status":"400"}') + b"\r\n")
        self.rfile.readline()
        return False

    def answer(self, rest: bytes) -> None:
        words = rest.split()
        command = words[0].upper()
        if command == b"CAPABILITY":
            self.say(b"* CAPABILITY IMAP4rev1\r\n")
        elif command in (b"SELECT", b"EXAMINE"):
            self.say(b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n" % (len(self.box.messages), self.box.uid_validity))
        elif command == b"STATUS":
            told = (len(self.box.messages), max(self.box.messages, default=0) + 1, self.box.uid_validity)
            self.say(b'* STATUS "INBOX" (MESSAGES %d UIDNEXT %d UIDVALIDITY %d)\r\n' % told)
        elif command == b"UID" and words[1].upper() == b"SEARCH":
            first = int(words[3].partition(b":")[0])
            newest = max(self.box.messages, default=0)
            found = [uid for uid in self.box.messages if uid >= first] or ([newest] if newest else [])
            self.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in found) + b"\r\n")
        elif command == b"UID" and words[1].upper() == b"FETCH":
            self.fetch(int(words[2]), b"BODY" in rest)

    def fetch(self, uid: int, body: bool) -> None:
        raw = self.box.messages.get(uid)
        if raw is None:
            return
        if body:
            self.box.bodies_sent += 1
            self.say(b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(raw)) + raw + b")\r\n")
        else:
            size = self.box.sizes.get(uid, len(raw))
            self.say(b'* 1 FETCH (UID %d RFC822.SIZE %d INTERNALDATE "%s")\r\n' % (uid, size, self.box.when.encode()))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


@contextmanager
def serving(box: Mailbox):
    """The server's port while the block runs."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.box = box  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
