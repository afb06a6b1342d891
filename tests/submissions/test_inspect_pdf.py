"""`inspect_pdf`: exact JSON, exit codes, folders, standard input.

Not here: verdicts class by class (`test_inspection.py`).
"""

import hashlib
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from tests.submissions.pdf_samples import SAMPLES

GOOD, PASSWORD = SAMPLES["clean"][0], SAMPLES["user password"][0]


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("inspect_pdf", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue(), err.getvalue()


def written(folder: Path, name: str, content: bytes) -> str:
    """A file in the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


def row(path: str, content: bytes, **verdict: object) -> dict[str, object]:
    """The object of the contract but for `seconds`."""
    return {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), **verdict}


ACCEPTED = {"verdict": "accept", "class": "clean", "reason": "", "pages": 2, "signature_fields": 0}
REFUSED = {"verdict": "reject", "class": "encPW", "reason": "password", "pages": None, "signature_fields": 0}


def test_json_holds_exactly_the_keys_of_the_contract(tmp_path: Path) -> None:
    good, bad = written(tmp_path, "Bài – một.pdf", GOOD), written(tmp_path, "b.pdf", PASSWORD)
    code, out, err = run("--json", good, bad)
    rows = json.loads(out)
    assert all(isinstance(found["seconds"], float) and 0 <= found["seconds"] < 10 for found in rows)
    assert [{k: v for k, v in found.items() if k != "seconds"} for found in rows] == [
        row(good, GOOD, **ACCEPTED),
        row(bad, PASSWORD, **REFUSED),
    ]
    assert (code, err) == (1, f"{bad}: Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.\n")


def test_good_files_exit_0_and_one_line_each(tmp_path: Path) -> None:
    path = written(tmp_path, "a.pdf", GOOD)
    assert run(path) == (0, f"accept {path}: Mở được.\n", "")


def test_a_flagged_file_is_no_refusal(tmp_path: Path) -> None:
    path = written(tmp_path, "a.pdf", SAMPLES["wrong startxref"][0])
    assert run(path) == (0, f"flag   {path}: Đã nhận. Tệp có lỗi nhỏ về cấu trúc nhưng vẫn mở được.\n", "")


def test_a_folder_means_every_pdf_below_it(tmp_path: Path) -> None:
    paths = [written(tmp_path, name, GOOD) for name in ("a.pdf", "b/c.PDF", "b/d.pdf")]
    written(tmp_path, "b/e.txt", b"no")
    assert [found["path"] for found in json.loads(run("--json", str(tmp_path))[1])] == paths


@pytest.mark.parametrize("arguments", [[], ["/không/có.pdf"]])
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as wrong:
        run(*arguments)
    assert wrong.value.returncode == 2


def test_standard_input_is_a_list_of_paths_or_a_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "Bài thu hoạch.pdf", GOOD)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(f"{path}\n\n{path}\n".encode())))
    assert [found["path"] for found in json.loads(run("--json", "--stdin")[1])] == [path, path]
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(PASSWORD)))
    code, out, _ = run("--json", "--stdin")
    assert (code, json.loads(out)[0]["path"], json.loads(out)[0]["reason"]) == (1, "-", "password")
