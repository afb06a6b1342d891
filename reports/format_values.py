"""Every value of a format profile that a văn thư may correct: its place in the paper, its words, unit and bounds.

Not here: the values themselves (`format_profiles.py`), keeping corrections (`services.formatting`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from reports.format_profiles import Face, FormatProfile

# What tells one profile from another, and the embedded font: no values to correct.
FIXED: Final = ("key", "title", "source", "font")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Smallest and largest value with its unit, both inclusive."""

    low: float
    high: float
    unit: str


_PT = Bounds(8, 24, "pt")
_MARGIN = Bounds(5, 60, "mm")
_COLUMN = Bounds(20, 250, "mm")

# group → (key for addresses, title, {path: (words, bounds; None for a text or a yes)})
GROUPS: Final[Mapping[str, tuple[str, Mapping[str, tuple[str, Bounds | None]]]]] = {
    "giay": (
        "Khổ giấy và lề",
        {
            "sheet.width": ("Chiều rộng giấy", Bounds(148, 297, "mm")),
            "sheet.height": ("Chiều cao giấy", Bounds(210, 420, "mm")),
            "sheet.top": ("Lề trên", _MARGIN),
            "sheet.bottom": ("Lề dưới", _MARGIN),
            "sheet.left": ("Lề trái", _MARGIN),
            "sheet.right": ("Lề phải", _MARGIN),
            "sheet.two_sided": ("In hai mặt (mặt sau đổi lề)", None),
            "page_number": ("Số trang", None),
            "page_number_top": ("Số trang cách mép trên", Bounds(5, 40, "mm")),
        },
    ),
    "dau": (
        "Đầu văn bản",
        {
            "header.left_width": ("Cột trái", _COLUMN),
            "header.right_width": ("Cột phải", _COLUMN),
            "header.superior": ("Tên cấp trên", None),
            "header.issuer": ("Tên đảng ủy", None),
            "header.star": ("Dấu sao", None),
            "header.number": ("Số, ký hiệu", None),
            "header.party_title": ("Tiêu đề Đảng", None),
            "header.party_title_text": ("Chữ của tiêu đề Đảng", None),
            "header.rule_length": ("Đường kẻ dưới tiêu đề dài", Bounds(20, 120, "mm")),
            "header.rule_pt": ("Đường kẻ dày", Bounds(0.25, 3, "pt")),
            "header.place_and_date": ("Địa danh, ngày tháng", None),
            "header.urgency": ("Dấu khẩn", None),
            "kind_title": ("Tên loại văn bản", None),
            "subject": ("Trích yếu", None),
            "subject_mark": ("Dấu dưới trích yếu", None),
            "addressee_label": ("Chữ “Kính gửi”", None),
            "letter_subject": ("Trích yếu công văn, ghi chú phụ lục", None),
        },
    ),
    "noi-dung": (
        "Nội dung",
        {
            "body.face": ("Chữ nội dung", None),
            "body.indent": ("Thụt đầu dòng", Bounds(0, 30, "mm")),
            "body.line_pt": ("Khoảng cách dòng", Bounds(12, 36, "pt")),
            "body.space_pt": ("Khoảng cách đoạn", Bounds(0, 24, "pt")),
            "body.part": ("Tiêu đề phần", None),
            "body.section": ("Tiêu đề mục", None),
            "body.part_mark": ("Dấu sau số của phần", None),
            "body.end_mark": ("Dấu kết thúc văn bản", None),
        },
    ),
    "ky": (
        "Chữ ký, nơi nhận",
        {
            "signature.left_width": ("Cột nơi nhận", _COLUMN),
            "signature.right_width": ("Cột chữ ký", _COLUMN),
            "signature.authority": ("Quyền hạn ký", None),
            "signature.post": ("Chức vụ người ký", None),
            "signature.name": ("Họ tên người ký", None),
            "signature.room": ("Khoảng trống để ký, đóng dấu", Bounds(10, 60, "mm")),
            "signature.recipients_label": ("Chữ “Nơi nhận”", None),
            "signature.recipients": ("Danh sách nơi nhận", None),
        },
    ),
    "bang": (
        "Bảng phụ lục",
        {
            "table.face": ("Chữ trong bảng", None),
            "table.head": ("Chữ đầu bảng", None),
            "table.border_pt": ("Đường viền dày", Bounds(0.25, 3, "pt")),
        },
    ),
}
_FACE: Final[Mapping[str, tuple[str, Bounds | None]]] = {
    "pt": ("cỡ chữ", _PT),
    "bold": ("chữ đậm", None),
    "italic": ("chữ nghiêng", None),
    "caps": ("chữ in hoa", None),
    "underline": ("gạch chân", None),
}
LONGEST_TEXT: Final = 60


@dataclass(frozen=True, slots=True)
class Value:
    """One value as a person reads it: `path` as in `corrected()`, `now` in force, `given` what the rules say."""

    path: str
    label: str
    now: Any
    given: Any
    bounds: Bounds | None = None
    is_changed: bool = False
    """The ward corrected it; a column that only follows a margin is not."""

    @property
    def now_words(self) -> str:
        """ "30 mm", "có"."""
        return words_of(self.now, self.bounds)

    @property
    def given_words(self) -> str:
        """The same of what the rules say."""
        return words_of(self.given, self.bounds)

    @property
    def name(self) -> str:
        """The path as the name of a field."""
        return self.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Line:
    """One element as the screen lists it: a length, a mark, or a face in one breath ("14 pt, chữ đậm")."""

    label: str
    now_words: str
    given_words: str
    is_changed: bool


def lines_of(group: str, now: FormatProfile, given: FormatProfile, own: Collection[str] = ()) -> list[Line]:
    """All elements of a group; `own`: paths the ward corrected."""
    found = []
    for path, (label, bounds) in GROUPS[group][1].items():
        is_changed = path in own or any(one.startswith(f"{path}.") for one in own)
        value, rule = value_at(now, path), value_at(given, path)
        said = [_face_words(one) if isinstance(one, Face) else words_of(one, bounds) for one in (value, rule)]
        found.append(Line(label, *said, is_changed))
    return found


def _face_words(face: Face) -> str:
    styles = [words for part, (words, bounds) in _FACE.items() if bounds is None and getattr(face, part)]
    return ", ".join([words_of(face.pt, _PT), *styles])


def words_of(value: Any, bounds: Bounds | None) -> str:
    """A value in words, with its unit and a decimal comma."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        number = f"{value:g}".replace(".", ",")
        return f"{number} {bounds.unit}" if bounds else number
    return f"“{value}”"


def values_of(group: str, now: FormatProfile, given: FormatProfile, own: Collection[str] = ()) -> list[Value]:
    """All values of a group, faces taken apart; `own`: paths the ward corrected."""
    found = []
    for path, (label, bounds) in GROUPS[group][1].items():
        value, rule = value_at(now, path), value_at(given, path)
        if not isinstance(value, Face):
            found.append(Value(path, label, value, rule, bounds, path in own))
            continue
        found += [
            Value(
                f"{path}.{part}",
                f"{label}: {words}",
                getattr(value, part),
                getattr(rule, part),
                limits,
                f"{path}.{part}" in own,
            )
            for part, (words, limits) in _FACE.items()
        ]
    return found


def value_at(profile: FormatProfile, path: str) -> Any:
    """The value a path names."""
    found: Any = profile
    for name in path.split("."):
        found = getattr(found, name)
    return found


def all_paths(part: Any, before: str = "") -> list[str]:
    """Paths of all single values of a profile."""
    found = []
    for one in fields(part):
        value = getattr(part, one.name)
        path = f"{before}{one.name}"
        found += all_paths(value, f"{path}.") if is_dataclass(value) else [path]
    return found


def fitted(profile: FormatProfile) -> FormatProfile:
    """The two columns of the head and of the closing stretched to the text width, in their proportion.

    So a corrected margin alone leaves nothing standing beyond the other one.
    """
    width, header, signature = profile.sheet.text_width, profile.header, profile.signature
    head, closing = header.left_width + header.right_width, signature.left_width + signature.right_width
    if head != width:
        header = replace(
            header, left_width=header.left_width * width / head, right_width=header.right_width * width / head
        )
    if closing != width:
        left = signature.left_width * width / closing
        signature = replace(signature, left_width=left, right_width=width - left)
    return replace(profile, header=header, signature=signature) if head != width or closing != width else profile
