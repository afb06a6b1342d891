"""The optional virus scanner: clamd on a local socket or a host, asked with INSTREAM. Off unless `CLAMD` is set.

Not here: what becomes of a file that has one, or waits for the scanner (`services.inspecting`).
"""

from __future__ import annotations

import socket
import struct
from typing import BinaryIO, Final

from django.conf import settings

SECONDS: Final = 20.0
_CHUNK, _LONGEST_ANSWER = 64 * 1024, 4096


class ScannerAway(Exception):
    """The scanner is set and gave no verdict: not reachable, too slow, or it said ERROR."""


def virus_in(content: BinaryIO) -> str:
    """The name of what the scanner found; "" when it found nothing or none is set. Raises ScannerAway.

    The stream is read from its first byte to its end.
    """
    if not settings.CLAMD:
        return ""
    content.seek(0)
    try:
        with _connected(settings.CLAMD) as wire:
            wire.sendall(b"zINSTREAM\0")
            while chunk := content.read(_CHUNK):
                wire.sendall(struct.pack("!L", len(chunk)) + chunk)
            wire.sendall(struct.pack("!L", 0))
            answer = _answer(wire)
    except (OSError, ValueError) as fault:
        raise ScannerAway(str(fault)) from fault
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if answer.endswith(" OK"):
        return ""
    raise ScannerAway(answer)


def _connected(where: str) -> socket.socket:
    """`unix:/run/clamav/clamd.ctl` or `tcp:host:port`."""
    kind, _, place = where.partition(":")
    if kind == "unix":
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(SECONDS)
        try:
            wire.connect(place)
        except OSError:
            wire.close()
            raise
        return wire
    host, _, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _answer(wire: socket.socket) -> str:
    told = b""
    while not told.endswith(b"\0") and len(told) < _LONGEST_ANSWER:
        part = wire.recv(_LONGEST_ANSWER)
        if not part:
            break
        told += part
    return told.rstrip(b"\0\n").decode("utf-8", "replace")
