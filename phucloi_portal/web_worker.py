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

from phucloi_portal.overload import handling, is_large

HEAD_SECONDS: Final = 15.0
"""From the first byte of a request to the end of its head: hundreds of bytes, even a slow line needs one second."""

PARTING_SECONDS: Final = 2.0
"""So long what still comes on a line that ends is read."""

STILL_SECONDS: Final = 60
"""So long nothing may move while a body comes or an answer goes."""

_PROBES: Final = ((socket.TCP_KEEPIDLE, 30), (socket.TCP_KEEPINTVL, 10), (socket.TCP_KEEPCNT, 3))


class WebWorker(ThreadWorker):
    """Overrides where gunicorn gives a connection to a thread; the rest is gunicorn's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading_heads: dict[TConn, float] = {}
        self._parting: dict[TConn, float] = {}

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
        """In the thread: the request, its wait told."""
        now = time.monotonic()
        handling.waited = now - conn.queued_at
        self._reading_heads[conn] = now
        try:
            return super().handle(conn)
        finally:
            self._reading_heads.pop(conn, None)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """The head is there. A line that brings a large body ends with its answer: to make it ready for the next request,
        gunicorn would read what nobody wanted of the body, up to five seconds in this thread."""
        self._reading_heads.pop(conn, None)
        said = dict(req.headers)
        if is_large(said.get("CONTENT-LENGTH"), chunked="TRANSFER-ENCODING" in said):
            req.force_close()
        return super().handle_request(req, conn)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """In the loop, when the thread is free again: a line that ends is parted with, and no thread waits for it.

        What still comes is read for `PARTING_SECONDS`: an answer is lost when unread bytes are cut off. gunicorn would
        wait for them in the loop itself. Whose body was refused sends on, so no such wait may hold a thread: there are
        few beside those that take in bodies.
        """
        if fs.cancelled() or fs.exception() is not None or fs.result() is not False:
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_parting_socket_readable, conn))
        except (OSError, ValueError, KeyError):  # gone already
            self._let_go(conn)
            return
        self._parting[conn] = time.monotonic() + PARTING_SECONDS

    def _on_parting_socket_readable(self, conn: TConn, sock: socket.socket) -> None:
        try:
            if sock.recv(65536):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._end_parting(conn)

    def _end_parting(self, conn: TConn) -> None:
        del self._parting[conn]
        self.poller.unregister(conn.sock)
        self._let_go(conn)

    def _let_go(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Called once a second or oftener: end what waits too long for its first bytes, or for the rest of its head, and
        who does not stop sending."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [one for one, until in self._parting.items() if until < now]:
            self._end_parting(conn)
        latest = now - HEAD_SECONDS
        for conn, since in list(self._reading_heads.items()):
            if since < latest:
                try:
                    conn.sock.shutdown(socket.SHUT_RD)  # its thread reads an end and lets go
                except OSError:
                    pass


def _watch(sock: socket.socket) -> None:
    """Let the kernel end a read or write on which nothing moves, and notice a peer that is gone."""
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", STILL_SECONDS, 0))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _PROBES:
        sock.setsockopt(socket.IPPROTO_TCP, option, value)
