"""Joining PDFs: every page once and in order, bookmarks that lead to them, files left as they were, damage told.

Not here: what goes into a bundle (`test_papers.py`), how long it takes (`benchmarks/merge_papers.py`).
"""

from pathlib import Path

import pikepdf
import pytest

from reports.errors import MergeFailed
from reports.merging import Chapter, merge
from tests.submissions.pdf_samples import document, saved


def paper(folder: Path, name: str, pages: int) -> Path:
    """Each page is as wide as its number says."""
    made = document(pages)
    for number, page in enumerate(made.pages, start=1):
        page.mediabox = [0, 0, pages * 100 + number, 842]
    path = folder / name
    path.write_bytes(saved(made))
    return path


def test_pages_in_order_with_a_bookmark_each_and_one_a_unit(tmp_path: Path) -> None:
    papers = [paper(tmp_path, f"{n}.pdf", pages) for n, pages in enumerate((2, 1, 3))]
    before = [one.read_bytes() for one in papers]
    groups = ("Chi bộ 1", "Chi bộ 1", "Chi bộ 2")
    chapters = [Chapter(str(one), group, f"Bài {n}") for n, (one, group) in enumerate(zip(papers, groups, strict=True))]
    target = tmp_path / "gộp.pdf"
    assert merge(chapters, target) == 6
    with pikepdf.open(target) as merged, merged.open_outline() as outline:
        assert [int(page.mediabox[2]) for page in merged.pages] == [201, 202, 101, 301, 302, 303]
        numbers = {page.objgen: number for number, page in enumerate(merged.pages)}
        leads_to = lambda item: (item.title, numbers[item.destination[0].objgen])  # noqa: E731
        assert [(leads_to(group), [leads_to(one) for one in group.children]) for group in outline.root] == [
            (("Chi bộ 1", 0), [("Bài 0", 0), ("Bài 1", 2)]),
            (("Chi bộ 2", 3), [("Bài 2", 3)]),
        ]
        assert merged.Root.PageMode == "/UseOutlines"
    assert [one.read_bytes() for one in papers] == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["0.pdf", "1.pdf", "2.pdf", "gộp.pdf"]


def test_more_files_than_are_held_open(tmp_path: Path) -> None:
    chapters = [Chapter(str(paper(tmp_path, f"{n}.pdf", 1)), f"Chi bộ {n // 9}", f"Bài {n}") for n in range(45)]
    assert merge(chapters, tmp_path / "joined.pdf") == 45
    with pikepdf.open(tmp_path / "joined.pdf") as merged:
        assert len(merged.pages) == 45
        assert not merged.check_pdf_syntax()


def test_a_file_that_is_no_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"not a PDF at all")
    with pytest.raises(MergeFailed):
        merge([Chapter(str(tmp_path / "bad.pdf"), "Chi bộ 1", "Bài 1")], tmp_path / "joined.pdf")
