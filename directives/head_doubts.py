"""What looks odd in the head of a paper, though it may be right: an issuer from elsewhere, a day of issue still to come.

Pure. Not here: what issuing needs (`services.readiness`), doubts about deadlines (`deadlines`) and about the text read
(`reader.checks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from vietnamese.dates import format_date
from vietnamese.text import clean, fold

# "thị xã" is a town above communes: its committee can be a superior body. "hợp tác xã", "Bảo hiểm xã hội", "Văn hóa - Xã
# hội" name no commune; that one of a few communes called "Hội …" goes unremarked does no harm.
_PLACE = re.compile(r"(?<!thị )(?<!hợp tác )\b(?:phường|xã(?! hội\b)|đặc khu|thị trấn) +(?P<name>[^,;:()–-]+)")
# What may follow the name without a comma: the place above, the term of the body.
_BEHIND = re.compile(r"\s(?:thành phố|tỉnh|tp\.?|quận|huyện|thị xã|khóa|khoá|nhiệm kỳ|năm)\s.*")


def doubts_of_head(
    issuer: str, issued_on: date | None, *, own: Sequence[str], superior: str, today: date
) -> Iterator[tuple[str, str]]:
    """(code, sentence) of each doubt: `foreign_issuer`, `future_date`.

    `own` are the committee's names, the present one first, and its place. A superior body may give it work, so that only
    a body of another ward, commune or township is remarked upon; of a committee above wards nothing is said.
    """
    places = {name for one in own for name in _places(one)}
    above = fold(superior)
    foreign = [name for name in _places(issuer) if not _is_one_of(name, places, above)]
    if places and foreign and fold(issuer) != above:
        message = (
            f"Cơ quan ban hành là {clean(issuer)}: không phải {own[0]}, cũng không phải cấp trên. Đọc nhầm thì sửa "
            "“Cơ quan ban hành”; đúng là văn bản của nơi khác thì không giao việc theo văn bản này."
        )
        yield "foreign_issuer", message
    if issued_on is not None and issued_on > today:
        message = (
            f"Ngày ban hành {format_date(issued_on)} chưa tới (hôm nay {format_date(today)}). Ghi nhầm thì sửa ngày; "
            "hạn được tính từ ngày này."
        )
        yield "future_date", message


def _places(name: str) -> Iterable[str]:
    """The wards, communes and townships in the name of a body, folded: "dang uy phuong X" → "x"."""
    return [fold(_BEHIND.sub("", found["name"])).strip() for found in _PLACE.finditer(clean(name).casefold())]


def _is_one_of(name: str, places: Iterable[str], above: str) -> bool:
    """The name of one of the places, alone or with the place above behind it ("phuc loi ha noi")."""
    return any(name == one or (name.startswith(f"{one} ") and above.endswith(name[len(one) :])) for one in places)
