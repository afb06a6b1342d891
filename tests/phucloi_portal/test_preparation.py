"""What the steps before the first start say meanwhile. That they prepare is shown by every suite that starts a portal."""

from __future__ import annotations

import socket
import time

import pytest
from django.core.management import CommandError, call_command

from phucloi_portal import preparation


def test_a_step_is_named_with_its_time_and_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "PATIENCE", 0.05)
    said: list[str] = []
    with preparation.underway(said.append, "Cập nhật", hint="khoảng một phút", so_far=lambda: "bước 4 trong 9"):
        deadline = time.monotonic() + 10
        while len(said) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert said[:2] == ["Cập nhật (khoảng một phút)", "Cập nhật: vẫn đang làm, đã 0 giây, bước 4 trong 9"]
    told = len(said)
    time.sleep(0.2)
    assert len(said) == told, "nothing after its end"


def test_a_short_step_says_its_name_alone_and_a_fault_goes_on_up() -> None:
    said: list[str] = []
    with pytest.raises(RuntimeError), preparation.underway(said.append, "Gom tệp giao diện"):
        raise RuntimeError
    assert said == ["Gom tệp giao diện"]


@pytest.mark.django_db
def test_the_schema_is_updated_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what `migrate` prints the steps are counted; nothing of it reaches the terminal."""
    heard: list[tuple[str, str]] = []
    asked: dict[str, object] = {}

    class Underway:
        def __init__(self, say, step, *, hint="", so_far=str):
            heard.append((step, hint))
            asked["so_far"] = so_far

        def __enter__(self) -> None: ...

        def __exit__(self, *args: object) -> None:
            heard.append((asked["so_far"](), ""))  # type: ignore[operator]

    class Plan:
        def __init__(self, connection):
            self.loader = self
            self.graph = self
            self.applied_migrations = {}

        def leaf_nodes(self):
            return []

        def migration_plan(self, targets):
            return [1, 2, 3]

    def migrate(name, **options):
        options["stdout"].write("  Applying units.0001_initial...")
        options["stdout"].write(" OK\n")
        options["stdout"].write("  Applying units.0002_more...")

    monkeypatch.setattr(preparation, "underway", Underway)
    monkeypatch.setattr(preparation, "MigrationExecutor", Plan)
    monkeypatch.setattr(
        preparation, "call_command", lambda name, **options: migrate(name, **options) if name == "migrate" else None
    )
    preparation.prepare_database(lambda sentence: None)
    assert heard == [("Cập nhật cơ sở dữ liệu", "lần đầu mất một, hai phút"), ("bước 2 trong 3", "")]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_busy_address_is_told_before_the_long_first_preparation(
    monkeypatch: pytest.MonkeyPatch, *, is_first: bool
) -> None:
    """Later starts go on to `portal`, which knows whether it is this very portal that runs there."""
    done: list[str] = []
    monkeypatch.setattr(preparation, "is_prepared", lambda: not is_first)
    for step in ("prepare_catalogues", "prepare_fonts", "prepare_static", "prepare_database"):
        monkeypatch.setattr(preparation, step, lambda say, step=step: done.append(step))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        if is_first:
            with pytest.raises(CommandError, match=f"127.0.0.1:{port} đang được .* make run PORT={port + 1} "):
                call_command("prepare", address=f"127.0.0.1:{port}")
        else:
            call_command("prepare", address=f"127.0.0.1:{port}")
    assert len(done) == (0 if is_first else 4)
