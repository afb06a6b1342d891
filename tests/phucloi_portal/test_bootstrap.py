"""The set-up's own decisions; that it works on a bare machine is shown by the check on one."""

import re
from pathlib import Path

import pytest

import bootstrap


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout with an environment folder."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / "stamps.json")
    return tmp_path


def test_secret_is_fresh_strong_private_and_never_replaced(checkout: Path) -> None:
    bootstrap.ensure_secret()
    file = checkout / ".env"
    secret = re.search(r"^SECRET_KEY=(\S{50,})$", file.read_text(), re.MULTILINE)
    assert secret
    assert file.stat().st_mode & 0o777 == 0o600
    bootstrap.ensure_secret()
    assert f"SECRET_KEY={secret[1]}" in file.read_text()
    file.unlink()
    bootstrap.ensure_secret()
    assert f"SECRET_KEY={secret[1]}" not in file.read_text()


def test_step_is_done_again_when_its_input_changes(checkout: Path) -> None:
    lock = checkout / "lock.txt"
    lock.write_text("one")
    assert bootstrap.stamp("lock.txt") is None
    bootstrap.set_stamp("lock.txt", bootstrap.digest(lock))
    bootstrap.set_stamp("other", "x")
    assert bootstrap.stamp("lock.txt") == bootstrap.digest(lock)
    lock.write_text("two")
    assert bootstrap.stamp("lock.txt") != bootstrap.digest(lock)


def test_missing_system_package_is_named_with_its_exact_line(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    bootstrap.ensure_system("Pango (xuất PDF)", bootstrap.PANGO, lambda: False)
    assert capsys.readouterr().out == (
        "! Thiếu Pango (xuất PDF); các phần khác vẫn chạy. Cài bằng:\n"
        "    sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
    )


def test_a_long_step_says_that_it_still_goes_on(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "PATIENCE", 0.05)
    bootstrap.run([bootstrap.sys.executable, "-c", "import time; time.sleep(1)"])
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "→   vẫn đang làm, đã 0 giây"
    bootstrap.time.sleep(0.2)
    assert capsys.readouterr().out == ""  # nothing after its end
    monkeypatch.setattr(bootstrap, "PATIENCE", 60.0)
    bootstrap.run([bootstrap.sys.executable, "-c", ""])
    assert capsys.readouterr().out == ""


def test_old_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 4))
    with pytest.raises(bootstrap.SetupError, match=r"Cần Python 3\.11 trở lên; máy đang có 3\.10\.4"):
        bootstrap.ensure_python()


def test_locks_hold_hashes_and_no_address() -> None:
    root = Path(bootstrap.__file__).parent
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt"):
        text = (root / name).read_text()
        assert "://" not in text, name
        assert "index-url" not in text, name
        pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", text, re.MULTILINE)
        assert text.count("--hash=sha256:") >= len(pinned) > 0, name
    runtime = set(re.findall(r"^\S+==\S+", (root / "requirements.txt").read_text(), re.MULTILINE))
    development = set(re.findall(r"^\S+==\S+", (root / "requirements-dev.txt").read_text(), re.MULTILINE))
    assert runtime <= development, "one resolution for both"
    assert any(pin.startswith("async-timeout==") for pin in runtime), "Python 3.11.2 needs it, 3.11.7 does not"
