"""Lines of an import in a pack come back as they went in. Not here: what lines say, the page that shows them."""

from __future__ import annotations

from units.line_packs import PackedLine, PackedLines, pack
from units.roster.lines import Line, told

AWKWARD = 'Nguyễn "Văn"\u2028An\n\\ \x85'
LINES = [
    Line("unit", "new", 4, "Chi bộ 1", "Đảng bộ", None, (told("Loại", "", "Chi bộ"),)),
    Line("member", "new", 7, AWKWARD, "Chi bộ 1", None, [told("Năm sinh", "", "1980"), told("Email", "", "a@b.c")]),
    Line("member", "left", 0, "Đỗ Mạnh", "Chi bộ 2", 12, ()),
]


def test_lines_come_back_members_first() -> None:
    found = PackedLines.opened(pack(iter(LINES)))
    assert found[:] == [
        PackedLine("member", "new", 7, AWKWARD, "Chi bộ 1", None, [["Năm sinh", "", "1980"], ["Email", "", "a@b.c"]]),
        PackedLine("member", "left", 0, "Đỗ Mạnh", "Chi bộ 2", 12, []),
        PackedLine("unit", "new", 4, "Chi bộ 1", "Đảng bộ", None, [["Loại", "", "Chi bộ"]]),
    ]
    assert found.counts() == {("member", "new"): 1, ("member", "left"): 1, ("unit", "new"): 1}
    assert [line.name for line in found.of("member", "left")] == ["Đỗ Mạnh"]


def test_search_is_blind_to_marks_and_takes_every_word_from_name_or_unit() -> None:
    found = PackedLines.opened(pack(LINES))
    assert [line.name for line in found.found_by("MANH chi bo 2")] == ["Đỗ Mạnh"]
    assert [line.name for line in found.found_by("manh bo 1")] == []
    assert len(found.found_by("  ")) == 3


def test_nothing_packed_is_nothing_found() -> None:
    assert len(PackedLines.opened(pack([]))) == 0
