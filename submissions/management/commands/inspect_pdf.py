"""`inspect_pdf`: the same check that every uploaded file passes, for files on disk.

Not here: the check (`submissions.inspection`). Nothing is stored.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from submissions.inspection.examination import examine_patiently
from submissions.inspection.runner import InspectionFailed, Session, session
from submissions.inspection.verdicts import HEADER, REJECT, sentence_of

ATTEMPTS = 2
FAILED_AS = {"timeout": ("limits", "limits"), "memory": ("limits", "limits"), "crash": ("malformed", "damaged")}
"""How a file that the child could not finish is reported: it would not be shown to anybody either."""


class Command(BaseCommand):
    """Prints one object a file; exits 1 when a file is refused."""

    help = "Kiểm tra tệp PDF như khi nộp: mở được, mật khẩu, mã lệnh, tệp đính kèm, giới hạn."

    def add_arguments(self, parser: CommandParser) -> None:
        """`PATH…`, `--stdin`, `--json`."""
        parser.add_argument("paths", nargs="*", metavar="PATH", help="Tệp hoặc thư mục (mọi tệp .pdf bên trong).")
        parser.add_argument(
            "--stdin", action="store_true", help="Đọc từ đầu vào chuẩn: mỗi dòng một đường dẫn, hoặc chính một tệp PDF."
        )
        parser.add_argument("--json", action="store_true", help="In kết quả dạng JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Inspect each, print, exit."""
        if not options["paths"] and not options["stdin"]:
            raise CommandError("Hãy nêu ít nhất một tệp, hoặc dùng --stdin.", returncode=2)
        results = []
        with session() as talking:
            for name, content in self._contents(options["paths"], from_stdin=options["stdin"]):
                with content:
                    results.append(_inspected(talking, name, content))
                self._say(results[-1], to_error=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps([_public(result) for result in results], ensure_ascii=False))
        if any(result["verdict"] == REJECT for result in results):
            sys.exit(1)

    def _contents(self, paths: list[str], *, from_stdin: bool) -> Iterator[tuple[str, BinaryIO]]:
        """Name and open file of everything asked for."""
        named = [Path(path) for path in paths]
        if from_stdin:
            given = sys.stdin.buffer.read()
            if given.startswith(HEADER):
                spool = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the caller)
                spool.write(given)
                spool.seek(0)
                yield "-", spool
            else:
                named += [Path(line) for line in given.decode("utf-8", "surrogateescape").splitlines() if line.strip()]
        for path in named:
            files = sorted(path.rglob("*.[pP][dD][fF]")) if path.is_dir() else [path]
            for file in files:
                try:
                    yield str(file), file.open("rb")
                except OSError as error:
                    raise CommandError(f"Không mở được “{file}”.", returncode=2) from error

    def _say(self, result: dict[str, Any], *, to_error: bool) -> None:
        """One line a file on paper; with --json only refusals, and on stderr."""
        line = f"{result['path']}: {result['sentence']}"
        if not to_error:
            self.stdout.write(f"{result['verdict']:6} {line}")
        elif result["verdict"] == REJECT:
            self.stderr.write(line)


def _inspected(talking: Session, name: str, content: BinaryIO) -> dict[str, Any]:
    digest = hashlib.file_digest(content, "sha256")
    size = content.tell()
    found = examine_patiently(talking, content, size, ATTEMPTS)
    if isinstance(found, InspectionFailed):
        verdict, (verdict_class, reason) = REJECT, FAILED_AS[found.reason]
        pages, signature_fields, seconds = None, 0, None
        sentence = sentence_of("", found.reason)
    else:
        judged, facts = found.judgement, found.facts
        verdict, verdict_class, reason = judged.verdict, judged.verdict_class, judged.reason
        pages, signature_fields, seconds = facts.pages, facts.signature_fields, round(found.seconds, 6)
        sentence = sentence_of(verdict_class, reason, pages=pages, size=size)
    return {
        "path": name,
        "sha256": digest.hexdigest(),
        "bytes": size,
        "verdict": verdict,
        "class": verdict_class,
        "reason": reason,
        "pages": pages,
        "signature_fields": signature_fields,
        "seconds": seconds,
        "sentence": sentence,
    }


def _public(result: dict[str, Any]) -> dict[str, Any]:
    """The object of the contract, without the sentence."""
    return {key: value for key, value in result.items() if key != "sentence"}
