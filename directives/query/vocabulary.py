"""The words of the query bar, as people type them with or without marks, and how each is said back.

Not here: reading a line (`parsing.py`), what a term selects (`directives.query_conditions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from directives.query.terms import Asks
from vietnamese.text import fold

# States, by the key that `query_conditions` knows; the first phrase is the one shown.
STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "required": ("phải nộp",),
    "missing": ("chưa nộp", "chưa gửi"),
    "owing": ("còn nợ", "đang nợ"),
    "submitted": ("đã nộp", "đã gửi"),
    "waiting": ("chờ duyệt", "đang chờ duyệt"),
    "returned": ("trả lại", "bị trả lại", "đã trả lại"),
    "accepted": ("đạt", "đã duyệt", "đã đạt", "được duyệt"),
    "overdue": ("quá hạn", "trễ hạn"),
    "soon": ("sắp hạn", "sắp đến hạn"),
    "on_time": ("đúng hạn", "nộp đúng hạn"),
    "late": ("nộp muộn", "muộn", "nộp trễ"),
    "waived": ("miễn", "được miễn"),
}
STATE_WORDS: Final = {key: phrases[0] for key, phrases in STATES.items()}
STATE_BY_PHRASE: Final = {fold(phrase): key for key, phrases in STATES.items() for phrase in phrases}

# Of papers that have ended: "vb:128 đã đóng".
ENDED_WORDS: Final = ("văn bản đã đóng", "đã đóng", "đã kết thúc", "văn bản đã kết thúc")
ENDED_PHRASES: Final = frozenset(map(fold, ENDED_WORDS))

KEYS: Final[Mapping[Asks, tuple[str, ...]]] = {
    Asks.CLUSTER: ("cụm",),
    Asks.BLOCK: ("khối",),
    Asks.UNIT: ("đơn vị", "chi bộ", "dv", "đv"),
    Asks.PERSON: ("tên", "họ tên", "đảng viên", "người"),
    Asks.PAPER: ("văn bản", "vb", "số"),
    Asks.TASK: ("việc", "yêu cầu"),
    Asks.KIND: ("loại",),
    Asks.POSITION: ("chức vụ", "nhóm"),
    Asks.PERIOD: ("kỳ",),
    Asks.DUE: ("hạn", "hạn nộp"),
    Asks.HANDED_IN: ("nộp", "ngày nộp"),
    Asks.FIX: ("sửa", "hạn sửa"),
}
KEY_BY_PHRASE: Final = {fold(phrase): asks for asks, phrases in KEYS.items() for phrase in phrases}
# "hạn<7ngày", "nộp<=2ngày", "sửa:28/4": what is asked of a day.
DATED: Final = (Asks.DUE, Asks.HANDED_IN, Asks.FIX)
KEY_WORDS: Final = {asks: phrases[0] for asks, phrases in KEYS.items()}
# "quá hạn>10ngày": how long ago the last day was, of what is overdue.
OVERDUE_KEYS: Final = frozenset({"qua", "qua han", "tre", "tre han"})

BLOCKS: Final[Mapping[str, tuple[str, ...]]] = {
    "RESIDENTIAL": ("dân cư", "tổ dân phố", "tdp"),
    "PARTY_OFFICES": ("cơ quan đảng", "đoàn thể", "mttq", "cơ quan Đảng, MTTQ, đoàn thể"),
    "ADMINISTRATION": ("hành chính sự nghiệp", "hành chính", "hcsn"),
    "SCHOOL": ("trường học", "trường"),
    "ENTERPRISE": ("doanh nghiệp", "công ty", "dn"),
    "POLICE": ("công an", "ca"),
    "MILITARY": ("quân sự",),
    "HEALTH": ("y tế",),
}
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ESSAY": ("bài thu hoạch", "thu hoạch", "bài"),
    "REPORT": ("báo cáo", "báo cáo kết quả"),
    "ACTION_PLAN": ("kế hoạch", "chương trình hành động", "chương trình", "kế hoạch hành động"),
    "ACTIVITY": ("sinh hoạt chuyên đề", "sinh hoạt", "hội nghị"),
    "OVERSIGHT": ("dự, theo dõi cụm", "theo dõi cụm", "theo dõi"),
}
POSITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "STANDING_COMMITTEE": ("ban thường vụ", "thường vụ", "btv"),
    "EXECUTIVE_COMMITTEE": ("ban chấp hành", "chấp hành", "bch"),
    "OFFICE_HEAD": ("trưởng, phó phòng", "trưởng phòng", "phó phòng", "trưởng ban"),
    "CELL_SECRETARY": ("bí thư", "phó bí thư"),
    "CELL_COMMITTEE": ("chi ủy", "chi ủy viên", "cấp ủy"),
}
CLOSED: Final[Mapping[Asks, Mapping[str, tuple[str, ...]]]] = {
    Asks.BLOCK: BLOCKS,
    Asks.KIND: KINDS,
    Asks.POSITION: POSITIONS,
}
VALUE_BY_PHRASE: Final = {
    asks: {fold(phrase): value for value, phrases in values.items() for phrase in phrases}
    for asks, values in CLOSED.items()
}

DAYS_NAMED: Final = {"hom nay": 0, "nay": 0, "ngay mai": 1, "mai": 1, "hom qua": -1, "qua": -1}
STRETCHES_NAMED: Final = {"tuan nay": "week", "thang nay": "month", "tuan sau": "next_week"}
UNITS_OF_TIME: Final = {"ngay": 1, "d": 1, "n": 1, "tuan": 7, "w": 7}
# Before a term: "trừ miễn", "không miễn".
LESS: Final = frozenset({"tru", "khong", "bo"})
