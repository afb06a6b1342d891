"""What a mail without files says in its writer's own words: a question to be read, thanks, or nothing new. Pure.

Not here: who wrote it and to whom (`reading.py`, `senders.py`), what becomes of the mail (`services/ingesting.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from mailbox.answering import is_answer
from vietnamese.text import fold

NO_FILES = "Thư không có tệp để nhận."
ONLY_QUOTED = "Thư chỉ trích lại thư trước, không có tệp."
THANKS = "Thư cảm ơn, không có tệp."
_LONGEST_THANKS = 25  # words
_HEAD_OF_QUOTATION = re.compile(
    r"^\s*(-{2,}\s*(original message|forwarded message|thư gốc|tin nhắn gốc|thư đã chuyển tiếp).*"
    r"|_{5,}"
    r"|(vào|ngày|on|lúc|thứ)\b.{0,200}(đã viết|viết|wrote)\s*:"
    r"|(from|từ|người gửi)\s*:.*@.*)\s*$",
    re.IGNORECASE,
)
_BEGIN_OF_HEAD = re.compile(r"^\s*(vào|on)\b.{0,200}$", re.IGNORECASE)
_END_OF_HEAD = re.compile(r"(đã viết|viết|wrote)\s*:\s*$", re.IGNORECASE)
_COURTESY = (
    "a anh ban bi bo cac cam chan chau chi chu co cong da dan dang danh dong du duoc dung em ghi ho kinh la lam minh nhan nhe "
    "nhieu ok oke on phat pho phuong rat ro roi so ta thank thanh thankyou thanks thu to toi tot tran trong uy va van "
    "vang voi xay xin you"
)
_SAYS_THANKS = re.compile(r"\b(cam on|thanks?|thankyou|da nhan|da ro|vang|ok|oke)\b")
_GREETING = re.compile(r"\bkinh (gui|thua|chao)\b")


def own_words(text: str) -> str:
    """The words before the quotation of an earlier mail and the signature ("-- "), quoted lines left out."""
    kept: list[str] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        torn = _BEGIN_OF_HEAD.match(line) and _END_OF_HEAD.search(following)  # a long line that was broken
        if _HEAD_OF_QUOTATION.match(line) or torn or line.rstrip() == "--":
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def is_thanks(words: str, writer: str = "") -> bool:
    """A few words of courtesy that ask nothing, signed by `writer`: "Chi bộ đã nhận được, xin cảm ơn."."""
    folded = _GREETING.sub(" ", fold(words))
    said = re.findall(r"\w+", folded)
    known = {*_COURTESY.split(), *re.findall(r"\w+", fold(writer))}
    return (
        "?" not in words
        and len(said) <= _LONGEST_THANKS
        and bool(_SAYS_THANKS.search(folded))
        and all(word in known or word.isdigit() for word in said)
    )


def is_to(addresses: Collection[str], ours: Collection[str]) -> bool:
    """Whether one of the addresses a mail names is one of ours; letter case aside."""
    return not {one.lower() for one in addresses}.isdisjoint({one.lower() for one in ours if one})


def words_of_question(text: str, subject: str) -> str:
    """What a person should read; "" when nothing new is said. A subject of its own counts when the body is empty."""
    return own_words(text) or ("" if is_answer(subject) else subject.strip())
