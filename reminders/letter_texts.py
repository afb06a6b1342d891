"""The passages of letters and messages that the office may say in its own words, with the places it may fill.

Only names in braces are filled, nothing is run: a text is no template language. Not here: changing a text
(`services.texts`), the letter around the passages (`letters.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reminders.models import LetterText
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage: its name for the office, the words of the product, and the places that may be used."""

    title: str
    standard: str
    places: tuple[str, ...]


PLACES: Final[Mapping[str, str]] = {
    "ten": "họ tên người nhận",
    "chuc_danh": "chức danh người nhận",
    "so_viec": "số việc còn phải làm",
    "don_vi": "tên đơn vị",
    "gio": "giờ tính số liệu",
    "ngay": "ngày tính số liệu",
    "han": "ngày cuối gần nhất",
    "viec": "danh sách việc còn nợ",
    "co_quan": "tên cơ quan (Ban Xây dựng Đảng)",
    "dien_thoai": "điện thoại cơ quan",
}
PASSAGES: Final[Mapping[str, Passage]] = {
    "greeting": Passage("Lời chào đầu thư", "Kính gửi đồng chí {ten},", ("ten", "chuc_danh")),
    "intro": Passage(
        "Câu mở đầu",
        "Tính đến {gio} ngày {ngay}, {don_vi} còn {so_viec} việc cần hoàn thành.",
        ("ten", "don_vi", "so_viec", "gio", "ngay", "han", "co_quan"),
    ),
    "closing": Passage(
        "Câu cuối thư",
        "Việc nào đã gửi sau {gio}, xin bỏ qua phần nhắc đó.",
        ("ten", "gio", "ngay", "co_quan", "dien_thoai"),
    ),
    "call": Passage(
        "Tin nhắn Zalo, SMS của phiếu gọi",
        "Kính gửi đồng chí {ten}. {don_vi} còn {so_viec} việc chưa nộp:\n{viec}\n"
        "Đề nghị đồng chí đôn đốc nộp sớm. Cần hỏi, xin gọi {co_quan}, {dien_thoai}.",
        ("ten", "don_vi", "so_viec", "viec", "han", "co_quan", "dien_thoai"),
    ),
}
_PLACE = re.compile(r"\{([^{}]*)\}")


def unknown_places(key: str, words: str) -> list[str]:
    """Names in braces that this passage cannot fill, as typed; a lone brace is one too."""
    rest = _PLACE.sub("", words)
    wrong = [name for name in _PLACE.findall(words) if name.strip() not in PASSAGES[key].places]
    return wrong + [brace for brace in "{}" if brace in rest]


def filled(words: str, values: Mapping[str, str]) -> str:
    """The words with their places filled; a place without value becomes nothing."""
    return _PLACE.sub(lambda place: values.get(place[1].strip(), ""), words)


def texts_of(ward: Unit) -> dict[str, str]:
    """The words of every passage in this ward: its own, else those of the product. One query."""
    own = dict(LetterText.objects.filter(ward=ward).exclude(words="").values_list("key", "words"))
    return {key: own.get(key, passage.standard) for key, passage in PASSAGES.items()}
