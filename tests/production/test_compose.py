"""The production profile as files: compose, image and example settings agree with each other and with the code.

Not here: running them (`test_processes.py` does, without containers).
"""

import json
import re
from pathlib import Path
from typing import Any

import check_jsonschema
import jsonschema
import pytest
import yaml

from phucloi_portal import programs

SCHEMA = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
OUR_SERVICES = {"migrate", "web", "worker", "beat"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(_read("docker-compose.yml"))


def _read(name: str) -> str:
    return (Path(__file__).resolve().parents[2] / name).read_text(encoding="utf-8")


def test_compose_file_obeys_the_schema(compose: dict[str, Any]) -> None:
    jsonschema.validate(compose, json.loads(SCHEMA.read_text()))


def test_schema_would_notice_a_fault(compose: dict[str, Any]) -> None:
    broken = {**compose, "services": {**compose["services"], "web": {**compose["services"]["web"], "port": "8000"}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, json.loads(SCHEMA.read_text()))


def test_containers_run_the_command_lines_that_the_tests_run(compose: dict[str, Any]) -> None:
    commands = {name: compose["services"][name]["command"] for name in ("web", "worker", "beat")}
    assert commands == {
        "web": programs.web(host="0.0.0.0", port=8000),
        "worker": programs.worker(production=True),
        "beat": programs.beat(schedule="/tmp/beat-schedule"),
    }
    image_command = re.search(r"^CMD (\[.*\])$", _read("Dockerfile"), re.MULTILINE)
    assert image_command
    assert json.loads(image_command[1]) == commands["web"]


def test_nothing_of_ours_runs_as_root_or_writes_into_the_image(compose: dict[str, Any]) -> None:
    for name in OUR_SERVICES:
        service = compose["services"][name]
        assert service["user"] == "10001:10001", name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert re.search(r"^USER portal$", _read("Dockerfile"), re.MULTILINE)


def test_pages_are_served_after_the_one_shot_migration(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["migrate"]["restart"] == "no"
    assert "check --deploy --database default --fail-level WARNING" in services["migrate"]["command"][-1]
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, name


def test_every_lasting_service_has_a_health_check(compose: dict[str, Any]) -> None:
    assert {name for name, service in compose["services"].items() if "healthcheck" not in service} == {"migrate"}


def test_stores_are_reached_from_inside_only(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"]["internal"] is True
    for name in ("database", "redis"):
        assert compose["services"][name]["networks"] == ["inside"]
        assert "ports" not in compose["services"][name]


def test_example_names_every_setting_that_is_read(compose: dict[str, Any]) -> None:
    read = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z0-9_]+)\"", _read("phucloi_portal/settings.py")))
    assert len(read) > 20
    named = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", _read(".env.example"), re.MULTILINE))
    interpolated = set(re.findall(r"\$\{([A-Z0-9_]+)", _read("docker-compose.yml")))
    assert read - named == set()
    assert interpolated - named == set()
    assert named - read - interpolated == set()
    given = set(compose["services"]["web"]["environment"])
    assert given - read == set()
