"""gunicorn's worker with threads, made for slow lines and for evenings when everybody sends at once.

A connection takes a thread when its first bytes are there, not when it is opened: browsers open spare ones. It tells
the application how long the request waited for its thread (`overload.py`). Who sends the head of a request by drops
is cut off; so is a line on which nothing moved for a minute, as when a telephone lost its signal in mid-upload: the
pieces that came before it are kept, the browser goes on with the next one.
Not here: what is refused (`overload.py`), the command line (`programs.py`).
"""

import selectors
import socket
import struct
import time
from functools import partial
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

from phucloi_portal.overload import handling

HEAD_SECONDS: Final = 15.0
"""From the first byte of a request to the end of its head: hundreds of bytes, even a slow line needs one second."""

PARTING_SECONDS: Final = 2.0

STILL_SECONDS: Final = 60
"""So long nothing may move while a body comes or an answer goes."""

_PROBES: Final = ((socket.TCP_KEEPIDLE, 30), (socket.TCP_KEEPINTVL, 10), (socket.TCP_KEEPCNT, 3))


class WebWorker(ThreadWorker):
    """Overrides where gunicorn gives a connection to a thread; the rest is gunicorn's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading_heads: dict[TConn, float] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """A new connection waits for its first bytes beside the threads; one that has some goes to the next thread."""
        if not (conn.initialized or conn.data_ready):
            _watch(conn.sock)
            conn.sock.setblocking(False)
            conn.timeout = time.monotonic() + self.cfg.keepalive
            self.pending_conns.append(conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))
            return
        conn.queued_at = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        """In the thread: the request, its wait told. A line that ends is parted with here, so that nobody waits for it."""
        now = time.monotonic()
        handling.waited, handling.is_refused_body = now - conn.queued_at, False
        self._reading_heads[conn] = now
        try:
            goes_on = super().handle(conn)
        finally:
            self._reading_heads.pop(conn, None)
        if goes_on is False:
            _part(conn)
        return goes_on

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """The head is there."""
        self._reading_heads.pop(conn, None)
        goes_on = super().handle_request(req, conn)
        return goes_on and not handling.is_refused_body

    def murder_pending(self) -> None:
        """Called once a second or oftener: end what waits too long for its first bytes, or for the rest of its head."""
        super().murder_pending()
        latest = time.monotonic() - HEAD_SECONDS
        for conn, since in list(self._reading_heads.items()):
            if since < latest:
                try:
                    conn.sock.shutdown(socket.SHUT_RD)  # its thread reads an end and lets go
                except OSError:
                    pass


def _part(conn: TConn) -> None:
    """Close the line, and for `PARTING_SECONDS` read what still comes: an answer is lost when unread bytes are cut off.

    gunicorn would do it in the loop that gives requests to threads.
    """
    try:
        conn.sock.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + PARTING_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            conn.sock.settimeout(left)
            if not conn.sock.recv(65536):
                break
    except OSError:
        pass  # gone, or still sending: either way nothing more is owed
    conn.close()
    conn.close = lambda graceful=False: None  # gunicorn closes it once more


def _watch(sock: socket.socket) -> None:
    """Let the kernel end a read or write on which nothing moves, and notice a peer that is gone."""
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", STILL_SECONDS, 0))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _PROBES:
        sock.setsockopt(socket.IPPROTO_TCP, option, value)
