"""The OAuth2 access token of an account that allows no password: what a command of the installation prints.

Tokens last an hour and are renewed with the provider's own secrets; that is the work of the command. Nothing of it is
kept, logged or told. Not here: logging in with it (`fetching.py`).
"""

from __future__ import annotations

import shlex
import subprocess

from mailbox.errors import Unreachable

_SECONDS = 20


def token_for(user: str, command: str) -> str:
    """The first line `command` prints; `{user}` in it is the account's name. Run without a shell. Raises Unreachable."""
    try:
        words = [word.replace("{user}", user) for word in shlex.split(command)]
    except ValueError as fault:
        raise Unreachable("lệnh trong MAILBOX_TOKEN_COMMAND viết chưa đúng") from fault
    if not words:
        raise Unreachable("hộp thư đăng nhập bằng OAuth2 nhưng chưa đặt MAILBOX_TOKEN_COMMAND")
    try:
        done = subprocess.run(words, capture_output=True, timeout=_SECONDS, check=True, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as fault:
        raise Unreachable(f"lệnh lấy mã truy cập không xong trong {_SECONDS} giây") from fault
    except (OSError, subprocess.CalledProcessError):
        # not chained: what the command printed may hold a secret
        raise Unreachable("lệnh lấy mã truy cập không chạy được") from None
    token = done.stdout.decode("utf-8", "replace").strip().partition("\n")[0].strip()
    if not token.isascii() or not token.isprintable() or not token:
        raise Unreachable("lệnh lấy mã truy cập không in ra mã nào")
    return token
