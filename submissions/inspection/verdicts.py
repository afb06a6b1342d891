"""The verdict on a PDF from facts about it (`quality.md` §3): classes in order, the first that fits wins.

Responsible for: class, verdict and reason; the sentence the sender reads: cause and remedy in Vietnamese, no path,
no parser text. Not here: how facts are found (`reader.py`).
"""

from dataclasses import dataclass, field

MAX_BYTES = 25 * 1024 * 1024
MAX_PAGES = 300
MAX_IMAGE_PIXELS = 120_000_000
HEADER = b"%PDF-"

ACCEPT, FLAG, REJECT = "accept", "flag", "reject"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was seen of one file.

    `pages` is None when it could not be counted; `bad_pages` counts pages none of whose content could be decoded;
    `warnings` what the reader had to repair; `active` the kinds of action or media the trailer reaches (js, launch,
    submitform, importdata, gotoe, rendition, movie, sound, richmedia); `largest_image` is in pixels; `blank_pages`
    (from 1) draw nothing at all; `scan_dpi` is the lowest resolution of a page that is one image, None without any.
    """

    size: int
    header_at_0: bool
    opens: bool = True
    needs_password: bool = False
    encrypted: bool = False
    pages: int | None = None
    bad_pages: int = 0
    warnings: int = 0
    active: frozenset[str] = frozenset()
    xfa: bool = False
    embedded: bool = False
    largest_image: int = 0
    signature_fields: int = 0
    blank_pages: tuple[int, ...] = ()
    scan_dpi: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict (`accept`, `flag`, `reject`), its class and its reason ("" when accepted)."""

    verdict: str
    verdict_class: str
    reason: str


_BY_CLASS = {
    "encPW": (REJECT, "password"),
    "malformed": (REJECT, "damaged"),
    "zero": (REJECT, "no-pages"),
    "active": (REJECT, "code"),
    "xfa": (REJECT, "code"),
    "embed": (REJECT, "attachment"),
    "limits": (REJECT, "limits"),
    "encOpen": (FLAG, "encrypted"),
    "repaired": (FLAG, "repaired"),
    "clean": (ACCEPT, ""),
}

_SENTENCES = {
    ("encPW", "password"): "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.",
    ("malformed", "damaged"): "Tệp hỏng, không mở được. Hãy quét hoặc xuất lại PDF.",
    ("zero", "no-pages"): "Tệp không có trang nào. Hãy quét lại.",
    ("active", "code"): "Tệp có mã lệnh hoặc âm thanh, video. Hãy in ra PDF rồi gửi lại.",
    ("xfa", "code"): "Tệp là biểu mẫu động. Hãy in ra PDF rồi gửi lại.",
    (
        "virus",
        "virus",
    ): "Tệp có mã độc nên cổng không nhận. Hãy quét vi-rút máy đang dùng, rồi quét lại bài từ bản giấy.",
    ("embed", "attachment"): "Tệp PDF có tệp khác đính bên trong. Hãy gửi riêng từng tệp.",
    ("encOpen", "encrypted"): "Đã nhận. Tệp có hạn chế in hoặc sao chép.",
    ("repaired", "repaired"): "Đã nhận. Tệp có lỗi nhỏ về cấu trúc nhưng vẫn mở được.",
    ("clean", ""): "Mở được.",
    ("word", ""): "Tệp Word mở được.",
}
_HEADER_SENTENCE = "Tệp không bắt đầu như một PDF. Hãy quét hoặc xuất lại PDF."
_DEAD_SENTENCES = {
    "timeout": "Kiểm tra tệp quá lâu nên đã dừng. Hãy in ra PDF rồi gửi lại.",
    "memory": "Tệp quá nặng khi mở ra để kiểm tra. Hãy in ra PDF rồi gửi lại.",
    "crash": "Không kiểm tra được tệp. Hãy in ra PDF rồi gửi lại.",
    "store": "Không đọc lại được tệp trong kho. Hãy tải tệp lên rồi gửi lại.",
}
SCANNER = "scanner"
"""Reason of an inspection that waits because the virus scanner gave no answer."""
SCANNER_SENTENCE = "Chờ chương trình quét vi-rút của cổng. Tệp đã được giữ, đồng chí không phải làm gì."
DEAD_REASONS = frozenset(_DEAD_SENTENCES)
"""Why an inspection itself failed: too long (CPU or wall clock), out of memory, the child died, bytes unreadable."""


def class_of(facts: Facts) -> str:
    """The first class that fits, in the fixed order."""
    if facts.size > MAX_BYTES:
        return "limits"  # never opened
    if facts.needs_password:
        return "encPW"
    if not facts.opens or facts.pages is None or (facts.pages and facts.bad_pages == facts.pages):
        return "malformed"
    if not facts.pages:
        return "zero"
    if facts.active:
        return "active"
    if facts.xfa:
        return "xfa"
    if facts.embedded:
        return "embed"
    if facts.pages > MAX_PAGES or facts.largest_image > MAX_IMAGE_PIXELS:
        return "limits"
    if facts.encrypted:
        return "encOpen"
    if facts.warnings or facts.bad_pages:
        return "repaired"
    return "clean"


def judge(facts: Facts) -> Judgement:
    """Class, verdict and reason; a file whose first bytes are not `%PDF-` is refused whatever its class."""
    verdict_class = class_of(facts)
    verdict, reason = _BY_CLASS[verdict_class]
    if verdict != REJECT and not facts.header_at_0:
        verdict, reason = REJECT, "header"
    return Judgement(verdict, verdict_class, reason)


def sentence_of(verdict_class: str, reason: str, *, pages: int | None = None, size: int = 0) -> str:
    """What the sender reads; "" where there is no verdict. `pages` and `size` (bytes) tell which limit was passed."""
    if reason in _DEAD_SENTENCES:
        return _DEAD_SENTENCES[reason]
    if reason == "header":
        return _HEADER_SENTENCE
    if reason == "limits":
        if size > MAX_BYTES:
            return f"Tệp lớn hơn {MAX_BYTES // (1024 * 1024)} MB. Hãy quét ở 200–300 dpi hoặc chia nhỏ rồi gửi lại."
        if pages is not None and pages > MAX_PAGES:
            return f"Tệp có {pages} trang, quá {MAX_PAGES} trang. Hãy chia nhỏ rồi gửi lại."
        return "Ảnh trong tệp quá lớn. Hãy quét ở 200–300 dpi."
    return _SENTENCES.get((verdict_class, reason), "")


@dataclass(frozen=True, slots=True)
class FirstBytes:
    """What the beginning of a content says it is, with the sentence when it is no PDF."""

    is_pdf: bool
    sentence: str = field(default="")


_OTHER_BEGINNINGS = (
    (b"PK\x03\x04", "Tệp này không phải PDF mà là tệp Word, Excel hoặc ZIP đổi đuôi. Hãy in ra PDF rồi gửi lại."),
    (b"\xd0\xcf\x11\xe0", "Tệp này không phải PDF mà là tệp Word, Excel đời cũ. Hãy in ra PDF rồi gửi lại."),
    (b"\xff\xd8\xff", "Tệp này là ảnh chụp, không phải PDF. Hãy quét hoặc chuyển ảnh thành PDF rồi gửi lại."),
    (b"\x89PNG", "Tệp này là ảnh, không phải PDF. Hãy quét hoặc chuyển ảnh thành PDF rồi gửi lại."),
    (b"{\\rtf", "Tệp này là văn bản soạn thảo, không phải PDF. Hãy in ra PDF rồi gửi lại."),
)


def first_bytes(head: bytes) -> FirstBytes:
    """Judge the beginning of a content (at least its first 8 bytes, fewer if it is shorter)."""
    if head.startswith(HEADER):
        return FirstBytes(is_pdf=True)
    if not head:
        return FirstBytes(is_pdf=False, sentence="Tệp rỗng, không có nội dung. Hãy quét lại rồi gửi.")
    for beginning, sentence in _OTHER_BEGINNINGS:
        if head.startswith(beginning):
            return FirstBytes(is_pdf=False, sentence=sentence)
    return FirstBytes(is_pdf=False, sentence="Tệp này không phải PDF. Hãy quét hoặc in ra PDF rồi gửi lại.")
