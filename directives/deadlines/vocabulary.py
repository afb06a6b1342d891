"""The words of deadlines: which words open, close, repeat or blur a day.

A cue is written as the office writes it; a phrase typed without accents, or with the tone placed in
the old way, meets the same cue. Where a bare word means something else ("ngay" at once, "ngày" day),
the accents decide as soon as the phrase has any.
Not here: numbers, days and months (`points.py`), what the cues mean together (`phrases.py`).
"""

from __future__ import annotations

from enum import StrEnum, auto
from functools import lru_cache

from directives.deadlines.lexing import Token
from vietnamese.text import strip_marks
from vietnamese.tones import split_tone, tone_key


class Cue(StrEnum):
    """What a group of words does to the day beside it."""

    BEFORE = auto()  # excludes the day (R1)
    UNTIL = auto()  # includes the day (R2)
    LATEST = auto()  # includes the day, or bounds a period
    WITHIN = auto()  # inside a month, or a period in days
    ON = auto()
    FROM = auto()
    AFTER = auto()
    NOT_BEFORE = auto()
    FILLER = auto()
    ABOUT = auto()
    NOW = auto()
    TENTATIVE = auto()
    TENTATIVE_IF_AWAITED = auto()
    ADVERB = auto()
    PAST = auto()
    ISSUE = auto()
    RECEIPT = auto()
    EVERY = auto()
    PERIODIC = auto()
    OF_NEXT_MONTH = auto()
    OF_MONTH = auto()
    END_OF_QUARTER_MONTH = auto()
    NEXT_QUARTER_MONTH = auto()
    FIRST_QUARTER_MONTH = auto()
    DOCUMENT = auto()
    OF = auto()


_CUES: dict[Cue, str] = {
    Cue.UNTIL: (
        "đến hết|đến|tới hết|tới|cho đến hết|cho đến|cho tới|hết|trước hoặc trong|trước và trong|trước hoặc đúng|"
        "trước, trong|trước hoặc vào|đến tận"
    ),
    Cue.BEFORE: "trước|xong trước|sớm hơn",
    Cue.LATEST: (
        "chậm nhất|muộn nhất|trễ nhất|không quá|không muộn hơn|không chậm hơn|không trễ hơn|không sau|hạn cuối cùng|"
        "hạn cuối|hạn chót|hạn nộp|hạn gửi|hạn hoàn thành|hạn|thời hạn nộp|thời hạn cuối|thời hạn hoàn thành|deadline"
    ),
    Cue.WITHIN: "trong vòng|trong thời hạn|trong thời gian|thời hạn|nội trong|trong",
    Cue.ON: "vào lúc|vào hồi|vào|lúc|hồi|đúng",
    Cue.FROM: "kể từ|tính từ|bắt đầu từ|từ",
    Cue.NOT_BEFORE: "không trước|không sớm hơn|sớm nhất",
    Cue.AFTER: "ngay sau khi|sau khi|ngay sau|sau",
    Cue.FILLER: "là|ngày|thời điểm|thời gian|ngày lễ|lễ|khoảng thời gian",
    Cue.ABOUT: "khoảng|vào khoảng",
    Cue.NOW: "nay|bây giờ",
    Cue.TENTATIVE: (
        "dự kiến|theo kế hoạch của|theo chương trình của|theo lịch của|theo hướng dẫn của|theo thông báo của|"
        "sẽ thông báo|thông báo sau|sẽ có thông báo|sẽ có kế hoạch|sẽ có hướng dẫn|chờ hướng dẫn|chờ kế hoạch"
    ),
    Cue.TENTATIVE_IF_AWAITED: (
        "có kế hoạch|có hướng dẫn|có chỉ đạo|có thông báo|có văn bản|có lịch|có ý kiến|ban hành kế hoạch|ban hành hướng dẫn"
    ),
    Cue.ADVERB: (
        "kịp thời|thường xuyên|ngay|theo quy định|theo định kỳ|khẩn trương|liên tục|đúng tiến độ|theo tiến độ|đúng hạn|"
        "đúng thời hạn|đúng thời gian|trong thời gian sớm nhất|trong thời gian tới|càng sớm càng tốt|sớm|khi có yêu cầu|"
        "đột xuất|lâu dài|theo kế hoạch|theo chương trình"
    ),
    Cue.PAST: (
        "đã thực hiện|đã tổ chức|đã ban hành|đã hoàn thành|đã triển khai|đã nộp|đã gửi|đã báo cáo|đã ký|đã thông qua|"
        "đã diễn ra|đã có|đã được|đã họp|đã học tập|đã quán triệt|đã tiến hành"
    ),
    Cue.ISSUE: "ban hành|ký ban hành|ký|phát hành|ra văn bản|có hiệu lực|"
    + "|".join(
        f"{verb} {paper} này"
        for verb in ("ban hành", "ký ban hành", "ký", "phát hành")
        for paper in (
            "kế hoạch",
            "hướng dẫn",
            "công văn",
            "văn bản",
            "thông báo",
            "quyết định",
            "chương trình",
            "chỉ thị",
        )
    ),
    Cue.RECEIPT: "nhận được|nhận|tiếp nhận",
    Cue.PERIODIC: "định kỳ|định kì",
    Cue.OF_NEXT_MONTH: (
        "của tháng kế tiếp|tháng kế tiếp|của tháng tiếp theo|tháng tiếp theo|của tháng liền kề|tháng liền kề|"
        "tháng sau liền kề|của tháng sau liền kề"
    ),
    Cue.OF_MONTH: "của tháng",
    Cue.END_OF_QUARTER_MONTH: "|".join(
        f"{lead}{month} {joint}{quarter}"
        for lead in ("", "của ")
        for month in ("tháng cuối", "tháng cuối cùng", "tháng thứ ba", "tháng thứ 3")
        for joint in ("", "của ", "trong ")
        for quarter in ("quý", "quí", "mỗi quý", "hằng quý", "hàng quý", "từng quý", "các quý")
    ),
    Cue.NEXT_QUARTER_MONTH: "|".join(
        f"{lead}{month} {joint}{quarter}"
        for lead in ("", "của ")
        for month in ("tháng đầu", "tháng đầu tiên", "tháng thứ nhất")
        for joint in ("", "của ")
        for quarter in ("quý sau", "quý tiếp theo", "quý kế tiếp", "quý liền kề", "quý tới", "quý tiếp sau")
    ),
    Cue.FIRST_QUARTER_MONTH: "|".join(
        f"{lead}{month} {joint}{quarter}"
        for lead in ("", "của ")
        for month in ("tháng đầu", "tháng đầu tiên", "tháng thứ nhất")
        for joint in ("", "của ", "trong ")
        for quarter in ("quý", "mỗi quý", "hằng quý", "hàng quý", "từng quý", "các quý")
    ),
    Cue.DOCUMENT: (
        "công văn|kế hoạch|nghị quyết|chỉ thị|kết luận|quyết định|hướng dẫn|thông báo|quy định|thông tri|tờ trình|luật|"
        "nghị định|thông tư|văn bản"
    ),
    Cue.OF: "của",
}
_EVERY_WORDS = (
    "hằng",
    "hàng",
    "mỗi",
    "từng",
    "các",
    "tất cả các",
    "định kỳ hằng",
    "định kỳ hàng",
    "định kỳ mỗi",
    "định kì hằng",
)
_EVERY_UNITS = {"ngày": "day", "tuần": "week", "tháng": "month", "quý": "quarter", "quí": "quarter", "năm": "year"}

# Without accents these are everyday words of their own; inside an accented phrase they must be spelt out.
_PLAIN_WORDS = frozenset(
    [
        "ngay",
        "nam",
        "sau",
        "tu",
        "thu",
        "trong",
        "da",
        "nay",
        "mai",
        "hang",
        "quy",
        "ba",
        "khi",
        "qua",
        "co",
        "han",
        "la",
        "le",
        "ky",
        "tuan",
        "nhan",
        "hoi",
        "vao",
        "cac",
        "sang",
        "moi",
        "luc",
        "nua",
    ]
)


@lru_cache(maxsize=8192)
def _toned(word: str) -> str:
    return tone_key(word)


def says(token: Token, word: str, accented: bool) -> bool:
    """The token is this word, in either tone placement, or typed without accents where that is safe."""
    if token.raw == word:
        return True
    if token.kind != "w" or token.key != _key(word):
        return False
    if token.raw == token.key:
        return not accented or token.key not in _PLAIN_WORDS
    return _toned(token.raw) == _toned(word) or _is_slip(token.raw, word)


_SHORTEST_SLIP = 5


@lru_cache(maxsize=8192)
def _is_slip(written: str, word: str) -> bool:
    """A long word with its tone but a horn or hat forgotten or added: "truớc" for "trước". Read it, never drop it:
    without its "trước" the day after would be taken for the last one."""
    return len(_key(word)) >= _SHORTEST_SLIP and split_tone(written)[1] == split_tone(word)[1]


@lru_cache(maxsize=2048)
def _key(word: str) -> str:
    return strip_marks(word)


def _index() -> dict[str, list[tuple[tuple[str, ...], Cue, str]]]:
    entries: list[tuple[tuple[str, ...], Cue, str]] = []
    for cue, phrases in _CUES.items():
        entries += [(tuple(phrase.replace(",", "").split()), cue, "") for phrase in phrases.split("|")]
    for every in _EVERY_WORDS:
        entries += [((*every.split(), word), Cue.EVERY, unit) for word, unit in _EVERY_UNITS.items()]
    index: dict[str, list[tuple[tuple[str, ...], Cue, str]]] = {}
    for entry in sorted(entries, key=lambda entry: -len(entry[0])):
        index.setdefault(_key(entry[0][0]), []).append(entry)
    return index


_INDEX = _index()


def find_cue(tokens: list[Token], at: int, accented: bool) -> tuple[Cue, str, int] | None:
    """The longest cue that begins at a token: (cue, its value, the token after it)."""
    for words, cue, value in _INDEX.get(tokens[at].key, ()):
        end = at + len(words)
        if end <= len(tokens) and all(
            says(token, word, accented) for token, word in zip(tokens[at:end], words, strict=True)
        ):
            if cue is Cue.EVERY and end < len(tokens) and tokens[end].kind == "n":
                continue  # "các tháng 4, 5/2026" names months, it does not repeat
            return cue, value, end
    return None
