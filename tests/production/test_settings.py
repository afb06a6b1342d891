"""What the production profile refuses, and what the framework's own check says about it.

Not here: the processes (`test_processes.py`).
"""

from pathlib import Path

import pytest

from tests.faults.running import environment, manage

GOOD = {
    "PORTAL_PROFILE": "production",
    "PUBLIC_URL": "https://dangbo.phucloi.example",
    "TRUSTED_PROXY_COUNT": "1",
    "DATABASE_URL": "postgres://portal:secret@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def test_check_deploy_is_silent(tmp_path: Path) -> None:
    checked = manage("check", "--deploy", "--fail-level", "WARNING", env=environment(tmp_path, **GOOD))
    assert (checked.returncode, checked.stdout) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"DEBUG": "1"}, "DEBUG=1 không được dùng khi chạy thật."),
        ({"SECRET_KEY": "change-me"}, "SECRET_KEY chưa đặt."),
        ({"SECRET_KEY": ""}, "SECRET_KEY chưa đặt."),
        ({"SECRET_KEY": "short-but-not-the-example"}, "SECRET_KEY quá ngắn"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY quá ngắn"),
        ({"PUBLIC_URL": "http://dangbo.phucloi.example"}, "PUBLIC_URL phải là địa chỉ https://"),
        ({"DATABASE_URL": "sqlite:////tmp/x.sqlite3"}, "DATABASE_URL phải trỏ tới PostgreSQL."),
        ({"REDIS_URL": ""}, "REDIS_URL chưa đặt."),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS không được chứa '*'."),
        ({"PORTAL_PROFILE": "prod"}, "PORTAL_PROFILE chỉ nhận"),
    ],
)
def test_production_refuses(tmp_path: Path, changed: dict[str, str], sentence: str) -> None:
    refused = manage("check", env=environment(tmp_path, **{**GOOD, **changed}))
    assert refused.returncode != 0
    assert sentence in refused.stderr


def test_embedded_profile_needs_a_secret_only(tmp_path: Path) -> None:
    assert manage("check", env=environment(tmp_path)).returncode == 0
    assert manage("check", env=environment(tmp_path, SECRET_KEY="")).returncode != 0


def test_data_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    assert manage("check", env=environment(tmp_path / "new")).returncode == 0
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
