"""What a person should look at before issuing: faults seen in real papers, each with its place and the way out.

Codes of deadlines are those of `directives.deadlines.WarningCode`; the others are listed in `CODES`.
Not here: whom a requirement covers (`services.preview`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from difflib import SequenceMatcher

from directives.deadlines import WarningCode
from directives.reader.candidates import Candidate
from directives.reader.citations import Citation, has_other_subject
from directives.reader.drafts import DraftWarning, Span
from directives.reader.head import Head
from directives.reader.kinds import HANDED_IN
from directives.reader.words import EMAIL
from vietnamese.dates import format_date
from vietnamese.syllables import is_syllable
from vietnamese.text import clean, fold

CODES = {
    "blank_number": "Chưa có số",
    "blank_date": "Chưa có ngày ban hành",
    "symbol_kind": "Ký hiệu không khớp loại văn bản",
    "two_subjects": "Một số hiệu, hai trích yếu",
    "two_dates": "Một số hiệu, hai ngày",
    "issuer_name": "Tên cơ quan ban hành không thống nhất",
    "report_before_work": "Báo cáo đến hạn trước khi việc kết thúc",
    "no_slack": "Không còn thời gian tổng hợp",
    "destinations": "Hai nơi nhận khác nhau",
    "no_deadline": "Chưa có hạn",
    "impossible_date": "Ngày không có thật",
    "scrambled": "Văn bản có vẻ lộn xộn",
    "no_duty": "Không thấy nhiệm vụ nào",
}
_FROM_DEADLINES = frozenset(
    (
        WarningCode.IMPOSSIBLE_DATE, WarningCode.PAST, WarningCode.DAY_OFF, WarningCode.WRONG_WEEKDAY, WarningCode.TWO_MEANINGS,
        WarningCode.NO_START, WarningCode.NO_YEAR, WarningCode.NO_MONTH, WarningCode.FAR, WarningCode.TENTATIVE, WarningCode.ADVERB,
        WarningCode.ROLLED, WarningCode.NO_HOUR, WarningCode.SEVERAL, WarningCode.BLANK_DATE,
    )
)  # fmt: skip
_NAME_OF_PLACE = re.compile(r"(?:phường|xã|đặc khu|thị trấn)\s+((?:[^\W\d_]+\s){0,3}[^\W\d_]+)", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS = 20
_ODD_SHARE = 0.25
_LIKE = 0.7
# What follows says that the report is on the whole paper; "kết quả thực hiện dân chủ ở cơ sở" is on a matter of its own.
_NOTHING_OF_ITS_OWN = (
    r"(?=\W*$|\s*[,.;:(]|\s+(?:về|qua|gửi|nộp|trước|chậm|muộn|đến|theo|bằng|trong|tại|cho|với|của|và|các|những|nhiệm vụ|nội dung|"
    r"kế hoạch|công văn|hướng dẫn|chỉ thị|chương trình|thông báo|quyết định|kết luận|cuộc|đợt|công việc|việc)(?!\w))"
)
_ON_ALL = re.compile(
    rf"(?:(?:kết quả|tình hình)(?: tổ chức| triển khai)?(?:,? ?thực hiện)|kết quả triển khai){_NOTHING_OF_ITS_OWN}|"
    r"(?:triển khai|thực hiện)(?: thực hiện)?(?:,| và|, và) báo cáo kết quả(?= về| gửi| qua| trước|\W*$|\s*[,.;(])",
    re.IGNORECASE,
)
_PREPARES = re.compile(
    r"(?<!\w)(?:đăng ký|đề cương|dự thảo|phân công|danh sách|kế hoạch|kịch bản|tự kiểm tra|tham luận|đề án|giấy mời|kê khai|xác nhận|câu hỏi|kiến nghị của)(?!\w)",
    re.IGNORECASE,
)
_TELLS_OF_RESULTS = re.compile(r"(?<!\w)(?:kết quả|tổng kết|sơ kết|thu hoạch|biên bản)(?!\w)", re.IGNORECASE)
# Somebody's taking in of papers is the other side of the sending, not work to report.
_TAKES_IN = re.compile(r"\W*(?:nhận|tiếp nhận|thu nhận)(?!\w)", re.IGNORECASE)
_OCCASIONS = ("tong ket", "so ket", "kiem diem", "dai hoi")
_REPORT_ON = re.compile(r"(?<!\w)(?:báo cáo|biên bản)(?!\w)", re.IGNORECASE)
_OF_WARD = re.compile(
    r"đảng bộ (?:phường|xã|đặc khu|thị trấn)|đảng ủy|đảng uỷ|ban thường vụ|ban chấp hành", re.IGNORECASE
)
_EVERYDAY = frozenset(
    [
        "cac",
        "va",
        "cua",
        "to",
        "chuc",
        "ve",
        "bao",
        "cao",
        "ket",
        "qua",
        "chi",
        "bo",
        "dang",
        "thang",
        "ngay",
        "trong",
        "truoc",
        "viec",
        "nghi",
        "quyet",
        "phuong",
        "uy",
        "tinh",
        "cong",
        "tac",
        "thuc",
        "hien",
        "nam",
        "dong",
        "hoi",
        "ban",
        "xay",
        "dung",
        "can",
        "van",
        "phong",
        "gui",
        "nop",
        "den",
        "tu",
        "ngay",
        "la",
        "tai",
        "qua",
        "de",
        "cho",
        "theo",
        "co",
        "noi",
        "dung",
        "so",
        "truc",
        "thuoc",
        "nhan",
        "dan",
    ]
)

Place = Callable[[int, int], Span]


def warnings_of(
    head: Head, citations: list[Citation], found: list[Candidate], text: str, place: Place
) -> list[DraftWarning]:
    """All warnings: of the head, the citations, each duty, and between duties."""
    told = [*_of_text(text), *_of_head(head, text, place), *_of_citations(citations, place)]
    for index, candidate in enumerate(found):
        told += _of_duty(index, candidate, place)
    told += _between(found, place)
    told += _of_channels(found, text, place)
    if not found and len(text.strip()) > 200:
        told.append(
            DraftWarning("no_duty", "Không thấy câu nào giao việc có hạn hoặc phải nộp. Nếu có, hãy thêm bằng tay.")
        )
    return told


def _of_text(text: str) -> Iterable[DraftWarning]:
    words = [word for word in _WORDS.findall(text) if len(word) > 1]
    if len(words) < _FEWEST_WORDS:
        return
    odd = sum(1 for word in words if not word.isupper() and not is_syllable(word))
    if odd / len(words) > _ODD_SHARE or text.count("\ufffd") > 3:
        yield DraftWarning(
            "scrambled",
            "Nhiều chữ không phải tiếng Việt: tệp có thể sai bảng mã hoặc quét hỏng. So lại với bản giấy trước khi dùng.",
        )


def _of_head(head: Head, text: str, place: Place) -> Iterable[DraftWarning]:
    at = place(*head.number_at) if head.number_at else None
    if head.number is None and (head.has_number_line or head.title_kind or head.addressees):
        yield DraftWarning("blank_number", "Chưa có số văn bản. Điền số trước khi ban hành.", at)
    at = place(*head.dateline_at) if head.dateline_at else None
    if head.bad_date:
        yield DraftWarning("impossible_date", f"Ngày ban hành {head.bad_date} không có thật. Sửa lại ngày.", at)
    elif head.issued_on is None and (head.has_number_line or head.title_kind or head.addressees):
        yield DraftWarning(
            "blank_date", "Chưa có ngày ban hành. Điền ngày trước khi ban hành; hạn được tính từ ngày này.", at
        )
    if head.title_kind and head.symbol and not head.symbol.startswith((head.title_kind + "/", head.title_kind + "-")):
        yield DraftWarning(
            "symbol_kind", f"Tên loại văn bản và ký hiệu {head.symbol} không khớp. Xem lại ký hiệu.",
            place(*head.number_at) if head.number_at else None,
        )  # fmt: skip
    yield from _of_issuer(head, text, place)


def _of_issuer(head: Head, text: str, place: Place) -> Iterable[DraftWarning]:
    """ "Phường Đông Đa" in the head, "phường Đống Đa" in the text or the dateline."""
    issuer = next((body for body in (head.issuer, head.superior) if body and _NAME_OF_PLACE.search(body)), None)
    if issuer is None:
        return
    named = _NAME_OF_PLACE.search(issuer)
    name = clean(named[1]) if named else ""
    size = len(name.split())
    seen: set[str] = {name.casefold()}
    begin = head.bodies_at[1] if head.bodies_at else 0
    if head.place and head.place.casefold() not in seen and _is_like(head.place, name):
        seen.add(head.place.casefold())
        yield _misspelt(name, head.place, place(*head.dateline_at) if head.dateline_at else None)
    for match in _NAME_OF_PLACE.finditer(text, begin):
        words = match[1].split()
        other = " ".join(words[:size])
        if not all(word[:1].isupper() for word in words[:size]) or len(words) < size or other.casefold() in seen:
            continue
        seen.add(other.casefold())
        if _is_like(other, name):
            yield _misspelt(name, other, place(match.start(1), match.start(1) + len(other)))


def _misspelt(name: str, other: str, at: Span | None) -> DraftWarning:
    message = f"Phần đầu ghi “{name}”, chỗ này ghi “{other}”. Sửa cho thống nhất tên cơ quan ban hành."
    return DraftWarning("issuer_name", message, at)


def _is_like(one: str, other: str) -> bool:
    """The same letters with other accents, or nearly the same letters; two true names seldom are."""
    first, second = fold(one), fold(other)
    return one.casefold() != other.casefold() and (
        first == second or SequenceMatcher(None, first, second).ratio() > 1 - (1 - _LIKE) / 2
    )


def _of_citations(citations: list[Citation], place: Place) -> Iterable[DraftWarning]:
    said: set[str] = set()
    seen: dict[str, list[Citation]] = {}
    for citation in citations:
        at = place(citation.start, citation.end)
        if citation.said_kind_differs and citation.number_symbol not in said:
            said.add(citation.number_symbol)
            yield DraftWarning(
                "symbol_kind", f"Tên loại và ký hiệu {citation.number_symbol} không khớp. Xem lại văn bản được dẫn.", at
            )
        if citation.dated_impossibly:
            yield DraftWarning(
                "impossible_date", f"Ngày {citation.dated_impossibly} không có thật. Xem lại văn bản được dẫn.", at
            )
        for other in seen.get(citation.number_symbol, []):
            key = f"2 {citation.number_symbol}"
            if key not in said and other.date == citation.date and has_other_subject(other, citation):
                said.add(key)
                yield DraftWarning(
                    "two_subjects",
                    f"{citation.number_symbol} được dẫn với hai trích yếu khác nhau. Xem lại văn bản gốc.",
                    at,
                )
            elif (
                key not in said
                and other.date
                and citation.date
                and other.date != citation.date
                and other.issuer == citation.issuer
            ):
                said.add(key)
                days = f"{format_date(other.date)} và {format_date(citation.date)}"
                yield DraftWarning(
                    "two_dates", f"{citation.number_symbol} được dẫn với hai ngày: {days}. Xem lại văn bản gốc.", at
                )
        seen.setdefault(citation.number_symbol, []).append(citation)


def _of_duty(index: int, candidate: Candidate, place: Place) -> Iterable[DraftWarning]:
    at = place(*(candidate.deadline_at or (candidate.start, candidate.end)))
    for warning in candidate.reading.warnings if candidate.reading else ():
        if warning.code in _FROM_DEADLINES:
            yield DraftWarning(warning.code.value, warning.message, at, index)
    if candidate.reading is None and candidate.kind == "STANDING":
        yield DraftWarning("adverb", "Không có ngày cuối: việc thường xuyên. Cần hạn thì ghi rõ ngày.", at, index)
    elif candidate.reading is None and candidate.kind in (*HANDED_IN, "OVERSIGHT"):
        yield DraftWarning(
            "no_deadline", "Việc phải nộp nhưng câu này không ghi hạn. Ghi hạn, hoặc để là việc không hạn.", at, index
        )
    if candidate.other_destination is not None:
        yield DraftWarning(
            "destinations", "Văn bản nêu hai nơi nhận khác nhau. Chọn một nơi nộp, hoặc chi bộ nhận trước rồi chuyển Ban Xây dựng Đảng.",
            place(*candidate.other_destination), index,
        )  # fmt: skip


def _between(found: list[Candidate], place: Place) -> Iterable[DraftWarning]:
    """A report due before or with the work it reports; a ward that must send on the day it collects."""
    works = [c for c in found if c.kind == "ACTIVITY" and _last_day(c) and not _is_tentative(c)]
    for index, candidate in enumerate(found):
        day = _last_day(candidate)
        if day is None or candidate.deadline_at is None or candidate.kind not in ("REPORT", "ESSAY"):
            continue
        at = place(*candidate.deadline_at)
        reported = [] if _comes_before_work(candidate) else [w for w in works if _is_reported(candidate, w)]
        ends = max((_last_day(work) or day for work in reported), default=day)
        if candidate.kind == "REPORT" and day < ends:
            yield DraftWarning(
                "report_before_work",
                f"Báo cáo đến hạn {format_date(day)} khi việc còn được làm đến {format_date(ends)}. Lùi hạn báo cáo hoặc rút ngắn việc.", at, index,
            )  # fmt: skip
        if candidate.kind == "REPORT" and any(_last_day(work) == day for work in reported):
            yield DraftWarning(
                "no_slack",
                f"Việc và báo cáo cùng hết hạn {format_date(day)}: làm đúng hạn thì không còn ngày để viết báo cáo.",
                at,
                index,
            )
        onward = next((c for c in found if c.to_superior and c is not candidate and _last_day(c)), None)
        sends = _last_day(onward) if onward is not None else None
        if sends is not None and not candidate.to_superior and candidate.route == "OFFICE" and day >= sends:
            yield DraftWarning(
                "no_slack",
                f"Phường phải gửi cấp trên {format_date(sends)}, các đơn vị nộp {format_date(day)}: không còn ngày để tổng hợp.",
                at,
                index,
            )


def _comes_before_work(report: Candidate) -> bool:
    """A registration, an outline, a list of who will come: handed in so that the work can begin."""
    said = f"{report.what} {report.clause}"
    return bool(_PREPARES.search(said)) and not _TELLS_OF_RESULTS.search(said)


def _is_reported(report: Candidate, work: Candidate) -> bool:
    """The work stands before the report and is its matter; items that share a heading's date are no work and its report."""
    if _TAKES_IN.match(work.what) or work.deadline_at == report.deadline_at:
        return False
    if _is_same_occasion(report, work):
        return True
    return work.start < report.start and _is_about(report, work)


def _is_same_occasion(report: Candidate, work: Candidate) -> bool:
    """ "hội nghị tổng kết" and "báo cáo tổng kết" of the same units, wherever on the paper each stands."""
    if report.who is None or work.who is None or _OF_WARD.search(work.who) or not _REPORT_ON.search(report.clause):
        return False
    held, told = fold(work.what), fold(report.what)
    units, reporters = ({*fold(who).replace(",", " ").split()} - {"cac", "cap"} for who in (work.who, report.who))
    few = min(len(units), len(reporters))
    return any(name in held and name in told for name in _OCCASIONS) and few > 0 and len(units & reporters) / few > 0.6


def _is_about(report: Candidate, work: Candidate) -> bool:
    """The report speaks of the work, or stands under the same heading."""
    said = set(fold(f"{report.what} {report.clause}").replace(",", " ").split()) - _EVERYDAY
    headings = " ".join(paragraph.body for paragraph in work.paragraph.ancestors()[:3])
    done = set(fold(f"{work.what} {headings}").replace(",", " ").split()) - _EVERYDAY
    tells = report.kind == "ESSAY" or _REPORT_ON.search(report.clause) or _TELLS_OF_RESULTS.search(report.clause)
    beside = report.section is work.section and bool(tells)  # a list or a form handed in there is no report
    return beside or bool(_ON_ALL.search(report.clause)) or len(said & done) >= 2


def _is_tentative(candidate: Candidate) -> bool:
    return candidate.reading is not None and candidate.reading.certainty.value == "TENTATIVE"


def _last_day(candidate: Candidate) -> date | None:
    reading = candidate.reading
    if reading is None or reading.recurrence is not None or isinstance(reading.last_day, datetime):
        return None
    return reading.last_day


def _of_channels(found: list[Candidate], text: str, place: Place) -> Iterable[DraftWarning]:
    """One duty, two addresses in its own sentence or paragraph."""
    for index, candidate in enumerate(found):
        begin = candidate.paragraph.start
        addresses = list(EMAIL.finditer(text, begin, candidate.paragraph.end))
        if len({match[0].lower() for match in addresses}) > 1 and candidate.kind in HANDED_IN:
            yield DraftWarning(
                "destinations", f"Hai địa chỉ nhận: {addresses[0][0]} và {addresses[1][0]}. Chọn một nơi nộp.",
                place(addresses[1].start(), addresses[1].end()), index,
            )  # fmt: skip
