"""`check_names NAME… | --stdin [--unit CODE] [--requirement KEY]`: what each file name says and whom it leads to.

Not here: reading (`submissions.filenames`), matching (`submissions.matching`). A name that is a file here is judged with its first
bytes. Nothing is stored.
"""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.choices import MEMBER_KINDS
from directives.errors import DirectivesError
from directives.keys import requirement_of_key
from directives.models import Requirement
from submissions.directory import load_directory
from submissions.filenames import NameReading, read_file_name
from submissions.matching import Match, match_name
from submissions.name_notes import NameVerdict
from submissions.people import Directory, Person
from submissions.unit_papers import match_unit_paper
from units.models import Unit

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")  # bytes of the terminal that are no UTF-8
_HEAD = 16  # bytes
_WORDS = {
    NameVerdict.OK: "đúng",
    NameVerdict.FIX: "sửa được",
    NameVerdict.ASK: "cần chọn",
    NameVerdict.NO: "không nhận",
}


class Command(BaseCommand):
    """JSON `[{input, verdict, full_name, positions, unit, unit_code, member, candidates, canonical, reasons}]`."""

    help = "Đọc tên tệp theo cú pháp “Họ và tên - chức vụ, đơn vị” và tìm người trong danh sách."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="Tên tệp")
        parser.add_argument("--stdin", action="store_true", help="Mỗi dòng của đầu vào chuẩn là một tên tệp")
        parser.add_argument("--unit", metavar="CODE", help="Đơn vị nộp, theo mã trong danh sách")
        parser.add_argument("--requirement", metavar="KEY", help="Yêu cầu, ví dụ 53-KH/ĐU#1")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        names = [*options["names"], *(_lines() if options["stdin"] else [])]
        if not names:
            raise CommandError("Hãy nêu ít nhất một tên tệp, hoặc dùng --stdin.", returncode=2)
        requirement = _requirement(options["requirement"])
        unit = find_unit(options["unit"], requirement.directive.ward if requirement else None)
        directory, scope = _directory(unit, requirement.directive.ward if requirement else None)
        of_units = requirement is not None and requirement.kind not in MEMBER_KINDS
        results = []
        for name in names:
            reading = read_file_name(name, head=_head_of(name))
            match = (match_unit_paper if of_units else match_name)(reading, directory, scope=scope)
            results.append(_as_json(reading, match, directory))
        if options["json"]:
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=2))
        else:
            self._print(results)
        if any(result["verdict"] == NameVerdict.NO for result in results):
            sys.exit(1)

    def _print(self, results: list[dict[str, Any]]) -> None:
        for result in results:
            self.stdout.write(f"[{_WORDS[result['verdict']]}] {result['input']}")
            if result["canonical"]:
                self.stdout.write(f"    → {result['canonical']}")
            for candidate in result["candidates"]:
                born = f", sinh {candidate['birth_year']}" if candidate["birth_year"] else ""
                self.stdout.write(f"    ? {candidate['member']}{born}, {candidate['unit']}")
            for reason in result["reasons"]:
                self.stdout.write(f"    {reason}")


def find_unit(code: str | None, ward: Unit | None) -> Unit | None:
    """The open unit of this code or name; CommandError when there is none or several."""
    if not code:
        return None
    units = Unit.objects.open_on(timezone.localdate()).named(code)
    found = list(units.within(ward) if ward else units)
    if len(found) != 1:
        said = "Không có đơn vị nào" if not found else f"Có {len(found)} đơn vị"
        raise CommandError(f"{said} mang mã “{code}”.", returncode=2)
    return found[0]


def _head_of(name: str) -> bytes | None:
    """The first bytes, when the name is that of a file which can be read here; else only the name is judged."""
    try:
        with Path(name).open("rb") as stream:
            return stream.read(_HEAD)
    except (OSError, ValueError):
        return None


def _lines() -> list[str]:
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    return [line for line in text.split("\n") if line.strip()]


def _requirement(key: str | None) -> Requirement | None:
    if not key:
        return None
    try:
        return requirement_of_key(key)
    except DirectivesError as error:
        raise CommandError(str(error), returncode=2) from error


def _directory(unit: Unit | None, ward: Unit | None) -> tuple[Directory, frozenset[int] | None]:
    """The people looked in, and the sender's scope when a unit was named. Without any ward: nobody is known."""
    wards = [ward] if ward else [unit.ward or unit] if unit else list(Unit.objects.wards())
    if len(wards) > 1:
        raise CommandError("Cổng có nhiều phường: hãy dùng --unit hoặc --requirement.", returncode=2)
    if not wards:
        return Directory([], []), None
    directory = load_directory(ward=wards[0], day=timezone.localdate(), within=unit)
    return directory, directory.subtree(unit.pk) if unit else None


def _as_json(reading: NameReading, match: Match, directory: Directory) -> dict[str, Any]:
    return {
        "input": _LONE_SURROGATES.sub("\ufffd", reading.original),
        "verdict": match.verdict.value,
        "full_name": match.person.full_name if match.person else reading.full_name,
        "positions": list(match.positions),
        "unit": match.unit.name if match.unit else reading.unit,
        "unit_code": match.unit.code if match.unit else None,
        "member": match.person.full_name if match.person else None,
        "candidates": [_candidate(person, directory) for person in match.candidates],
        "canonical": match.canonical,
        "reasons": list(match.sentences),
    }


def _candidate(person: Person, directory: Directory) -> dict[str, Any]:
    unit = directory.unit(person.unit_id)
    return {
        "member": person.full_name,
        "member_id": person.id,
        "birth_year": person.birth_year,
        "unit": unit.name if unit else None,
        "unit_code": unit.code if unit else None,
    }
