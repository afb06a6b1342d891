"""The folder of messages: whole or not at all, in order, and nothing unreadable ends whoever reads."""

from __future__ import annotations

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from phucloi_portal.celery import app
from phucloi_portal.file_broker import Channel


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    """A channel on an empty folder, as the product's URL gives it."""
    for folder in ("queue", "control"):
        (tmp_path / folder).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    return Connection("filesystem://localhost//", transport_options=options).channel()


def test_the_embedded_profile_uses_this_channel(channel: Channel) -> None:
    assert app.main == "phucloi_portal"
    assert type(channel) is Channel


def test_messages_come_whole_and_in_order_and_leave_nothing(channel: Channel, tmp_path: Path) -> None:
    for number in range(20):
        channel._put("mail", {"body": number})
    channel._put("documents", {"body": "other"})
    assert [channel._get("mail")["body"] for _ in range(20)] == list(range(20))
    with pytest.raises(Empty):
        channel._get("mail")
    assert [path.name.partition(".")[2] for path in (tmp_path / "queue").iterdir()] == ["documents.msg"]


@pytest.mark.parametrize("content", [b"", b'{"body": ', b"\xff\xfe"])
def test_an_unreadable_message_is_put_aside_and_the_next_one_taken(
    channel: Channel, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "queue" / "0_broken.mail.msg").write_bytes(content)
    channel._put("mail", {"body": 1})
    assert channel._get("mail") == {"body": 1}
    with pytest.raises(Empty):
        channel._get("mail")


def test_a_reader_never_meets_a_half_written_message(channel: Channel, monkeypatch) -> None:
    write, met = Path.write_bytes, []

    def slowly(path: Path, content: bytes) -> int:
        for written in (0, len(content) // 2):
            write(path, content[:written])
            with pytest.raises(Empty):
                channel._get("mail")
            assert path.exists(), "it was taken, and put aside as unreadable"
            met.append(written)
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", slowly)
    channel._put("mail", {"body": "x" * 1000})
    assert len(met) == 2
    assert channel._get("mail") == {"body": "x" * 1000}


def test_a_folder_that_takes_nothing_is_said_and_leaves_no_rest(channel: Channel, tmp_path: Path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ChannelError):
        channel._put("mail", {"body": 1})
    assert list((tmp_path / "queue").iterdir()) == []
