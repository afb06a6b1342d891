"""A real IMAP server for the tests: Dovecot as a child of the test on 127.0.0.1, with its own users, certificate, folder.

The machine's own Dovecot service, if there is one, is neither used nor touched. As root the mails belong to `nobody`,
because Dovecot serves no mail of root's. Not here: what is expected of the poller (`test_dovecot.py`).
"""

from __future__ import annotations

import datetime as dt
import getpass
import grp
import imaplib
import ipaddress
import os
import pwd
import random
import select
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imap_tools.imap_utf7 import utf7_encode

USER = "bxdd@phucloi.example"
PASSWORD = "mật khẩu @/% 2026"
_MOST_CARRIED = 12_000
PROCESSED, UNCLEAR = "Đã xử lý", "Cần xem"


def lacking() -> str:
    """Why no real server can be started here; "" when one can."""
    found = _program("dovecot"), Path("/usr/lib/dovecot/imap")
    return (
        "" if found[0] and found[1].exists() else "no Dovecot (apt-get install --no-install-recommends dovecot-imapd)"
    )


def _program(name: str) -> str:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin") or ""


@dataclass
class Dovecot:
    """A running server and its one account."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def authority(self) -> Path:
        """The certificate that a client must trust."""
        return self.folder / "cert.pem"

    def address(self, *, port: int | None = None, password: str = PASSWORD, since: str = "2026-04-01") -> str:
        """The account as the setting MAILBOXES writes it; `port` of a line in between."""
        start = f"&tu-ngay={since}" if since else ""
        folders = f"da-xu-ly={quote(PROCESSED)}&can-xu-ly={quote(UNCLEAR)}"
        secret = quote(password, safe="")
        return f"imaps://{quote(USER)}:{secret}@127.0.0.1:{port or self.port}/INBOX?{folders}{start}"

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4_SSL]:
        """A mail program of the test's own."""
        line = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=ssl.create_default_context(cafile=self.authority))
        line._encoding = "utf-8"  # type: ignore[attr-defined]
        try:
            line.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
            yield line
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                line.logout()

    def append(self, raw: bytes, when: str = "24-Apr-2026 09:00:00 +0700") -> None:
        """Put a message into the inbox as it would have come at `when`."""
        with self.client() as line:
            kind, answer = line.append("INBOX", None, f'"{when}"', raw)  # type: ignore[arg-type]
            assert kind == "OK", answer

    def deliver(self, raw: bytes) -> None:
        """Give a message to the server's own delivery agent, as a mail server does on arrival."""
        done = subprocess.run(
            ["/usr/lib/dovecot/dovecot-lda", "-c", str(self.folder / "dovecot.conf"), "-d", USER],
            input=raw, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()

    def fill(self, number: int) -> None:
        """Lay old read messages of January into the inbox, as files."""
        with self.client() as line:
            line.select("INBOX")  # makes the folders
        inbox, when = self.folder / "home" / "mail" / "cur", dt.datetime(2026, 1, 5, tzinfo=dt.UTC).timestamp()
        owner = inbox.stat()
        for count in range(number):
            path = inbox / f"{int(when)}.M{count}.old:2,S"
            path.write_bytes(b"Subject: old\r\n\r\n%d\r\n" % count)
            os.utime(path, (when, when))
            os.chown(path, owner.st_uid, owner.st_gid)

    def holds(self, folder: str = "INBOX", criterion: str = "ALL") -> int:
        """How many messages lie in a folder; 0 when there is no such folder."""
        with self.client() as line:
            kind, _ = line.select(utf7_encode(f'"{folder}"'), readonly=True)
            if kind != "OK":
                return 0
            return len(line.uid("SEARCH", criterion)[1][0].split())

    def change_uid_validity(self, value: int) -> None:
        """What a server does that was restored from a backup: the same mails under a new UIDVALIDITY."""
        done = subprocess.run(
            [_program("doveadm"), "-c", str(self.folder / "dovecot.conf"), "mailbox", "update", "-u", USER,
             "--uid-validity", str(value), "INBOX"],
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def running() -> Iterator[Dovecot]:
    """The server while the block runs, with an empty inbox."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))  # short: a socket's path has 108 bytes at most
    process = None
    try:
        folder.chmod(0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        _certify(folder)
        (folder / "dovecot.conf").write_text(_settings(folder, port), encoding="utf-8")
        process = subprocess.Popen(
            [_program("dovecot"), "-F", "-c", str(folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _wait(process, port, folder)
        yield Dovecot(folder, port, process)
    finally:
        if process is not None:
            process.terminate()
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + 20
    while True:
        log = folder / "log"
        said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        assert process.poll() is None, said
        assert time.monotonic() < deadline, f"Dovecot does not answer: {said}"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)


def _settings(folder: Path, port: int) -> str:
    owner = "nobody" if os.getuid() == 0 else getpass.getuser()
    account = pwd.getpwnam(owner)
    group = grp.getgrgid(account.pw_gid).gr_name
    home = folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, account.pw_uid, account.pw_gid)
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:~/mail
mail_uid = {account.pw_uid}
mail_gid = {account.pw_gid}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 50
postmaster_address = postmaster@phucloi.example
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={account.pw_uid} gid={account.pw_gid} home={home} allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _certify(folder: Path) -> None:
    """A certificate of 127.0.0.1 that signs itself: whoever trusts it trusts this server alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@dataclass
class BadLine:
    """A line to `port` that breaks each connection after a number of bytes to the client that `chance` draws."""

    port: int
    chance: random.Random | None
    broken: int = 0


@contextmanager
def bad_line(line: BadLine) -> Iterator[int]:
    """The port at which the bad line begins while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        stop = threading.Event()
        door.settimeout(0.1)
        worker = threading.Thread(target=_carry_all, args=(door, line, stop), daemon=True)
        worker.start()
        try:
            yield door.getsockname()[1]
        finally:
            stop.set()
            worker.join(10)


def _carry_all(door: socket.socket, line: BadLine, stop: threading.Event) -> None:
    """One connection after the other, as the poller makes them."""
    while not stop.is_set():
        try:
            client, _ = door.accept()
        except TimeoutError:
            continue
        with client, socket.create_connection(("127.0.0.1", line.port)) as server:
            left = line.chance.randrange(1, _MOST_CARRIED) if line.chance else None
            line.broken += _carry(client, server, left, stop)


def _carry(client: socket.socket, server: socket.socket, left: int | None, stop: threading.Event) -> bool:
    """Bytes both ways until one side ends, or the measure is full: then True."""
    while not stop.is_set():
        ready, _, _ = select.select([client, server], [], [], 0.1)
        for one in ready:
            try:
                data = one.recv(65536)
                if not data:
                    return False
                if one is client:
                    server.sendall(data)
                    continue
                client.sendall(data if left is None else data[:left])
            except OSError:
                return False
            if left is not None:
                left -= len(data)
                if left <= 0:
                    return True
    return False
