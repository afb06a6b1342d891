"""Papers the text cites, with number, symbol, date and issuer; one entry a paper.

Not here: linking to registered directives (`services`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from directives.reader.names import DAY, KIND_WORDS, STATE_SYMBOL, SYMBOL, day_of, kind_of, plain_code
from vietnamese.text import clean, fold

_KINDS = "|".join(sorted(KIND_WORDS, key=len, reverse=True))
_CITATION = re.compile(
    rf"(?:(?P<kind>{_KINDS})\s+)?(?:số\s*:?\s*)?(?P<number>\d{{1,5}})\s*(?:-\s*{SYMBOL}|(?:/(?P<year>\d{{4}}))?/{STATE_SYMBOL})"
    rf"(?:\s*,?\s*(?:\()?ngày\s+(?P<date>{DAY})\)?)?",
    re.IGNORECASE,
)
_GOES_ON = [
    "và",
    "ủy",
    "uỷ",
    "vụ",
    "hành",
    "ương",
    "chức",
    "giáo",
    "vận",
    "trị",
    "bí",
    "thư",
    "phòng",
    "tra",
    "dựng",
    "bộ",
    "phường",
    "xã",
    "thành",
    "phố",
    "tỉnh",
    "nhân",
    "dân",
    "hội",
    "quốc",
    "trận",
    "sự",
    "các",
    "cấp",
    "trực",
    "khu",
    "đặc",
    "đồng",
    "đảng",
    "chính",
    "chấp",
    "thường",
    "phủ",
    "kiểm",
    "toàn",
    "quân",
    "tuyên",
    "tổ",
    "xây",
    "nội",
]
_ISSUER = re.compile(r"\s*,?\s*của\s+((?:[^\W\d_][\w.&-]*\s*(?:(?<=số )\d{1,2}\s*)?){1,14})")
_NEXT_PAPER = re.compile(rf"(?:{_KINDS})\s+(?:số|ngày)(?!\w)", re.IGNORECASE)
_ABOUT = re.compile(r"\s*,?\s*(?:về|“|\")")
_QUOTED = re.compile(r"\s*,?\s*(?:về\s+)?(?:việc\s+)?(?:“([^”]{1,400})”|\"([^\"]{1,400})\")")
_SUBJECT = re.compile(r"\s*,?\s*(?:về|quy định)\s+([^;.“”\n]{3,200})")


@dataclass(frozen=True, slots=True)
class Citation:
    """One cited paper in the reading text; offsets are of the reading text."""

    kind: str | None
    code: str
    number_symbol: str
    date: date | None
    issuer: str | None
    subject: str
    start: int
    end: int
    dated_impossibly: str = ""

    @property
    def said_kind_differs(self) -> bool:
        """ "Nghị quyết số 02-CT/TW"."""
        return self.kind is not None and self.kind != self.code and self.kind not in ("Luật", "TT")


def citations_of(text: str) -> list[Citation]:
    """Every citation in the order of the text."""
    found: list[Citation] = []
    for match in _CITATION.finditer(text):
        party = match["code"] is not None
        code = plain_code(match["code"] if party else match["state_code"])
        body = (match["body"] if party else match["state_body"]).rstrip(".")
        if not code[0].isupper() or not body[:1].isupper():
            continue
        if party:
            symbol = f"{match['number']}-{code}/{body}"
        else:
            year = f"/{match['year']}" if match["year"] else ""
            symbol = f"{match['number']}{year}/{code}-{body}"
        day = day_of(match["date"]) if match["date"] else None
        issuer, subject, end = _after(text, match.end())
        found.append(
            Citation(
                kind_of(match["kind"]) if match["kind"] else None, code, symbol, day, issuer, subject, match.start(), end,
                match["date"] if match["date"] and day is None else "",
            )
        )  # fmt: skip
    return _share_issuers(text, found)


def papers_of(citations: list[Citation], *, own: str, body_at: int = 0) -> list[Citation]:
    """One entry a paper: the same number and date once, an undated mention joins a dated one; `own` is left out.

    A paper that the title alone names (before `body_at`), without date or issuer, is what this one is about and no
    ground of it: half a citation would be a wrong one.
    """
    kept: list[Citation] = []
    grounds = {one.number_symbol for one in citations if one.start >= body_at or one.date or one.issuer}
    for citation in citations:
        if citation.number_symbol == own or citation.number_symbol not in grounds:
            continue
        for at, other in enumerate(kept):
            if _same_paper(other, citation):
                kept[at] = _joined(other, citation)
                break
        else:
            kept.append(citation)
    return kept


def has_other_subject(one: Citation, other: Citation) -> bool:
    """Both say what they are about, and it is not the same."""
    first, second = set(fold(one.subject).split()), set(fold(other.subject).split())
    if len(first) < 3 or len(second) < 3:
        return False
    return len(first & second) / min(len(first), len(second)) < 0.4


def _same_paper(one: Citation, other: Citation) -> bool:
    if one.number_symbol != other.number_symbol or has_other_subject(one, other):
        return False
    return one.date == other.date or one.date is None or other.date is None


def _joined(one: Citation, other: Citation) -> Citation:
    fuller = one if one.date or not other.date else other
    return replace(
        fuller, issuer=fuller.issuer or one.issuer or other.issuer, kind=fuller.kind or one.kind or other.kind
    )


def _after(text: str, at: int) -> tuple[str | None, str, int]:
    """(issuer, subject, end) behind the number and date."""
    issuer, at = _issuer(text, at)
    subject, end = "", at
    quoted = _QUOTED.match(text, at)
    if quoted:
        subject, end = quoted[1] or quoted[2], quoted.end()
        if issuer is None:
            issuer, end = _issuer(text, end)
    else:
        plain = _SUBJECT.match(text, at)
        if plain:
            subject = plain[1]
    return issuer, clean(subject), end


def _issuer(text: str, at: int) -> tuple[str | None, int]:
    match = _ISSUER.match(text, at)
    if not match:
        return None, at
    words: list[str] = []
    end = match.start(1)
    for word in re.finditer(r"số \d{1,2}(?!\w)|[^\W\d_][\w.&-]*", match[1]):
        said = word[0]
        if _NEXT_PAPER.match(match[1], word.start()):
            break  # "của Ban Chấp hành Trung ương và Kế hoạch số …"
        of_commission = said == "ban" and bool(words) and words[-1] in ("Ủy", "Uỷ")  # not "Đảng ủy ban hành"
        if not (
            said[0].isupper()
            or of_commission
            or (words and (said.lower().rstrip(".") in _GOES_ON or said.startswith("số ")))
        ):
            break
        words.append(said.rstrip("."))
        end = match.start(1) + word.end()
        if said.endswith("."):
            break
    while words and words[-1] in ("và", "các", "về"):
        words.pop()
    return (" ".join(words).replace("uỷ", "ủy") or None, end if words else at)


def _share_issuers(text: str, found: list[Citation]) -> list[Citation]:
    """ "Công văn số 698… và Công văn số 701… của Ban Tuyên giáo": the issuer belongs to both."""
    shared = list(found)
    for at in range(len(shared) - 2, -1, -1):
        one, following = shared[at], shared[at + 1]
        between = text[one.end : following.start]
        same_body = one.number_symbol.split("-", 1)[-1] == following.number_symbol.split("-", 1)[-1]
        if one.issuer is None and following.issuer and same_body and re.fullmatch(r"[\s,;]*(?:và)?[\s,;]*", between):
            shared[at] = replace(one, issuer=following.issuer)
    return shared
