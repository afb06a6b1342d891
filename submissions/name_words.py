"""The office's words that file names are made of: posts, kinds of units, subjects, family names.

All look-ups go through `vietnamese.text.fold`, so "Bi thu", "BÍ THƯ" and "Bí thư" find the same entry and the
entry gives the right spelling. Lists are [K] common practice: extend them here, the reader needs no change.

Not here: how a name is taken apart (`filenames.py`), the roster of one ward (`matching.py`).
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from vietnamese.text import fold
from vietnamese.tones import tone_key

_POSTS = """
Bí thư; Bí thư chi bộ; Bí thư Chi bộ; Bí thư Đảng ủy; Bí thư Đoàn Thanh niên; Bí thư Đoàn; Phó Bí thư; Phó Bí thư Thường trực;
Phó Bí thư Đoàn; Đảng viên; Đảng viên dự bị; Đảng viên chính thức; Đảng ủy viên; Chi ủy viên; Cấp ủy viên; Thành ủy viên;
Ủy viên; Ủy viên Ban Thường vụ; Ủy viên Ban Chấp hành; Ủy viên BTV; Ủy viên BCH; Ủy viên UBKT; Ủy viên Thường trực;
Ủy viên Ủy ban Kiểm tra; Ủy viên thường vụ; Ủy viên Ban Thường vụ Đảng ủy; Ủy viên Ban Chấp hành Đảng bộ;
Chủ tịch; Chủ tịch UBND; Chủ tịch HĐND; Chủ tịch UBMTTQ; Chủ tịch Hội; Chủ tịch Công đoàn; Phó Chủ tịch; Phó Chủ tịch UBND;
Phó Chủ tịch HĐND; Phó Chủ tịch UBMTTQ; Phó Chủ tịch Thường trực; Chủ nhiệm; Chủ nhiệm UBKT; Phó Chủ nhiệm; Phó Chủ nhiệm UBKT;
Trưởng; Trưởng ban; Trưởng phòng; Trưởng đoàn; Trưởng Công an phường; Trưởng Công an; Trưởng trạm; Trưởng trạm Y tế; Trưởng khoa;
Trưởng Ban Công tác Mặt trận; Trưởng bộ phận; Trưởng nhóm; Trưởng khu; Phó; Phó Trưởng ban; Phó Trưởng phòng; Phó Trưởng Công an;
Phó Trưởng Công an phường; Phó Trưởng trạm; Phó trạm; Phó ban; Phó phòng; Phó đoàn; Phó Trưởng khoa; Tổ trưởng; Tổ trưởng TDP;
Tổ trưởng Tổ dân phố; Tổ trưởng tổ đảng; Tổ trưởng chuyên môn; Tổ phó; Tổ phó TDP; Tổ phó chuyên môn; Tổ viên; Đội trưởng; Đội phó;
Nhóm trưởng; Hội trưởng; Chi hội trưởng; Chi hội phó; Hội viên; Chánh Văn phòng; Phó Chánh Văn phòng; Chánh Thanh tra; Thư ký;
Thư ký hội đồng; Hiệu trưởng; Phó Hiệu trưởng; Giáo viên; Giáo viên chủ nhiệm; Giảng viên; Nhân viên; Nhân viên thư viện;
Nhân viên y tế; Nhân viên kế toán; Nhân viên văn thư; Tổng phụ trách; Tổng phụ trách Đội; Thủ thư; Văn thư; Thủ quỹ; Kế toán;
Kế toán trưởng; Giám đốc; Phó Giám đốc; Tổng Giám đốc; Phó Tổng Giám đốc; Quản đốc; Chủ doanh nghiệp; Viên chức; Công chức;
Cán bộ; Cán bộ hưu trí; Chuyên viên; Chuyên viên chính; Cộng tác viên; Bác sĩ; Y sĩ; Y tá; Điều dưỡng; Điều dưỡng trưởng; Dược sĩ; Nữ hộ sinh;
Kỹ sư; Kỹ thuật viên; Công nhân; Lái xe; Bảo vệ; Tạp vụ; Chỉ huy trưởng; Chỉ huy phó; Chính trị viên; Chính trị viên phó;
Phó Chỉ huy trưởng; Cảnh sát khu vực; Công an viên; Chiến sĩ; Trợ lý; Thành viên; Quản lý; Hưu trí;
Nghỉ hưu; Sinh viên; Học sinh; Đoàn viên; Người lao động; Quyền Hiệu trưởng; Quyền Trưởng phòng; Nguyên Bí thư; Nguyên Chủ tịch
"""

# Written alone as a whole post.
_POST_ABBREVIATIONS = {
    "bt": "Bí thư", "bt chi bo": "Bí thư", "bi thu cb": "Bí thư", "btcb": "Bí thư", "pbt": "Phó Bí thư", "pbtcb": "Phó Bí thư",
    "pbttt": "Phó Bí thư Thường trực", "dv": "đảng viên", "dvdb": "đảng viên dự bị", "cuv": "Chi ủy viên", "duv": "Đảng ủy viên",
    "uvbtv": "Ủy viên Ban Thường vụ", "uv btv": "Ủy viên Ban Thường vụ", "uvbch": "Ủy viên Ban Chấp hành",
    "uv bch": "Ủy viên Ban Chấp hành", "ht": "Hiệu trưởng", "pht": "Phó Hiệu trưởng", "p.ht": "Phó Hiệu trưởng", "gv": "Giáo viên",
    "nv": "Nhân viên", "tpt": "Tổng phụ trách Đội", "tpt doi": "Tổng phụ trách Đội", "tp": "Trưởng phòng", "ptp": "Phó Trưởng phòng",
    "ct": "Chủ tịch", "pct": "Phó Chủ tịch", "gd": "Giám đốc", "pgd": "Phó Giám đốc", "cv": "Chuyên viên", "cvp": "Chánh Văn phòng",
    "tt": "Tổ trưởng", "ttdp": "Tổ trưởng TDP",
}  # fmt: skip

# A part that begins with one of these names a unit. Single words that are family names without their accents
# (Tổ/Tô, Trường/Trương) count only with them; "Đoàn" is a family name even with them.
_UNIT_BEGINNINGS = """
Chi bộ; Chi ủy; Đảng bộ; Đảng ủy; Tổ đảng; Cụm; Ban; Phòng; Văn phòng; Trung tâm; Trường; Trạm; Ủy ban; UBND; HĐND; UBMTTQ; UBKT; MTTQ;
Mặt trận; Hội; Đoàn Thanh niên; Đoàn TNCS; Đoàn phường; Công an; Quân sự; Công ty; Doanh nghiệp; Hợp tác xã; HTX; Tổ; Tổ dân phố; Khu dân cư;
KDC; Xí nghiệp; Ngân hàng; Bệnh viện; Phòng khám; Đội; Thường trực; Khối; Nhà máy; Liên đoàn; Công đoàn; Hội đồng; Cơ quan; THCS; THPT; TDP; CB;
ĐB; VPĐU; BXDĐ; TTCT; VP; TT; Mầm non; Tiểu học; Trường Tiểu học; Trường Mầm non; Trường THCS; Trường THPT; Trường Trung học; Trường MN; Trường TH;
Trường Đại học; Trường Cao đẳng; Trạm Y tế; Phòng Văn hóa; Phòng Kinh tế; Phòng Nội vụ; Phòng Tư pháp; Phòng Giáo dục; Phòng VH-XH; Phòng KTHT
"""
# After a post and without a comma, only these surely begin the unit ("Tổ trưởng Tổ Ngữ văn" is one post).
_SURE_UNIT_BEGINNINGS = """
Chi bộ; Đảng bộ; Đảng ủy; Tổ dân phố; TDP; Trường; Trường Tiểu học; Trường Mầm non; Trường THCS; Trường THPT; THCS; THPT; Công ty; Trung tâm; KDC;
Khu dân cư; CB
"""

# Words of units whose accents and case are restored when they were lost; others wait for the roster.
_UNIT_PHRASES = """
Chi bộ; Đảng bộ; Đảng ủy; Tổ đảng; Tổ dân phố số; Tổ dân phố; số; Khu dân cư; Trường Tiểu học; Trường Mầm non; Trường THCS; Trường THPT;
Trường; Tiểu học; Mầm non; THCS; THPT; Phòng; Văn phòng; Ban; Trung tâm; Trạm Y tế; Công an phường; Công an; Quân sự; phường; Ban Chỉ huy;
Ủy ban; Kiểm tra; UBND; HĐND; UBMTTQ; MTTQ; UBKT; TNHH; MTV; Công ty; Cổ phần; Cơ quan; Ban Xây dựng Đảng; Mặt trận Tổ quốc; nhân dân; và;
Văn hóa; Xã hội; Thông tin; Thể thao; Kinh tế; Hạ tầng; Đô thị; Phúc Lợi; Trung tâm Chính trị; Hội đồng nhân dân; Ủy ban nhân dân;
Ban Quản lý chợ; Tổng hợp; An ninh; Cảnh sát khu vực; đoàn thể
"""

# What the paper is about, before or after the person's name. Folded, as regular expressions over whole words.
_CITED = (
    r"(?:[ \-](?:hoc tap|nghien cuu|quan triet|thuc hien|trien khai|ve|chuyen de|nghi quyet|ket luan|chi thi|nq|kl|ct|so|dot|lan|nam"
    r"|thang|quy|cua|bo chinh tri|trung uong|tw|hoi nghi|dai hoi|(?:nq|kl|ct)?\d[\w/.\-]*|[ivx]+|dang|cac cap)(?!\w))*"
)
_SUBJECT = re.compile(
    rf"(?:bai thu hoach|ban thu hoach|thu hoach|bai viet thu hoach|bth|bai bth|btn|bai lam|bai nop|nop bai|bai cam nhan)\b{_CITED}"
    rf"|(?:nghi quyet|nq|chuyen de)(?: so)? ?\d[\w/.\-]*{_CITED}"
)
_FIRST_WORDS_OF_SUBJECTS = frozenset("bai ban thu bth btn nop nghi nq chuyen".split())  # noqa: SIM905 - reads as a list
_REPORT = re.compile(
    r"(?:bao cao|bc|ke hoach|chuong trinh|bien ban|danh sach|ds|tong hop|cong van|to trinh|thong bao|nghi quyet|quyet dinh"
    r"|phu luc|bang tong hop|giay moi|huong dan|ket qua|so lieu)\b"
)

_FIRST_WORDS_OF_REPORTS = frozenset(
    "bao bc ke chuong bien danh ds tong cong to thong nghi quyet phu bang giay huong ket so".split()  # noqa: SIM905
)

_HONORIFIC = re.compile(
    r"(?:đ[/_. ]?c|đồng chí|ông|bà|(?:pgs|gs|ths|ts|bs|bscki|bsckii|ks|cn|nsnd|nsưt|ngưt|ngnd|llct)\b\.?)(?![^\W\d_])[.:]?\s*",
    re.IGNORECASE,
)
_MOST_HONORIFICS = 4
_NEVER_A_FAMILY_NAME = re.compile(r"(?:đ[/_. ]c|đồng chí|(?:pgs|gs|ths|ts|bs)\b)", re.IGNORECASE)

_FAMILY_NAMES = """
Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lí An Ân Âu Bạch Bành Bế Ca Cai Cao Cầm Chu Châu Chử Chúc Chung
Chương Công Cù Cung Cự Dã Danh Doãn Duy Đàm Đan Đào Đậu Đèo Điền Điêu Đinh Đoàn Đôn Đồng Đổng Đới Đường Giáp Giang Giàng Hà Hạ Hàn Hàng
Hầu Hình Hoa Hoắc Hùng Hứa Kha Khiếu Khổng Khuất Khúc Kiều Kim Kông La Lã Lại Lâm Lành Lăng Lò Lô Lộ Lộc Lục Lương Lư Lữ Lường Ma Mã Mạc
Mai Man Mạnh Mầu Mẫn Mùa Mục Nghiêm Nghị Ngạc Ngân Ngụy Nhan Nhâm Nhữ Ninh Nông Ong Ông Phí Phó Phù Phùng Phương Quách Quan Quản Quàng
Sái Sầm Sùng Sử Tạ Tăng Tào Tất Thạch Thái Thân Thang Thẩm Thập Thế Thi Thiều Thào Tiết Tiêu Tiếp Tòng Tô Tôn Tống Trà Trang Triệu Trình
Trịnh Trương Từ Tưởng Ty Ứng Ưng Vàng Văn Vạn Vi Viên Vòng Vong Vừ Vương Xa Y Yên Thò Chảo Lầu Hờ Cứ Sơn Điểu Rơ Ksor Siu H K Niê Mlô
Kpă Rmah Bàn Phàn Tẩn Lừu Sình Thiên Nhiêu Cà Quỳnh Bá Khương Lều Cáp Cấn Kiểu Tiến Hán Trưng Đái Uông
"""
# Folded: Trần, TRAN and Tran are one.
FAMILY_NAMES = frozenset(fold(name) for name in _FAMILY_NAMES.split())


class Found(NamedTuple):
    """An entry found at the beginning of a text."""

    spelling: str
    words: int
    """Words of the text that it covers."""


@cache
def _entries(table: str) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for entry in table.replace("\n", " ").split(";"):
        if entry.strip():
            spellings.setdefault(fold(entry), entry.strip())
    return spellings


@cache
def _first_words(table: str) -> frozenset[str]:
    """The words that entries begin with: most texts begin with none of them."""
    return frozenset(entry.split(" ", 1)[0] for entry in _entries(table))


# Words repeat from name to name: keys are remembered per word, which makes reading a name three times as fast.
folded = lru_cache(maxsize=8192)(fold)
toned = lru_cache(maxsize=8192)(tone_key)
_LONGEST_CACHED_WORD = 24  # a longer one is no word; it must not fill the cache


def fold_words(words: list[str]) -> list[str]:
    """`fold` word by word."""
    return [folded(word) if len(word) <= _LONGEST_CACHED_WORD else fold(word) for word in words]


_LONGEST_POST = 7  # words
_LONGEST_ABBREVIATED = 60  # characters, marks apart from their letters and spaces too many included
_LONGEST_UNIT_BEGINNING = 3


def _longest(table: str, folded_words: list[str], most: int) -> Found | None:
    entries, first_words = _entries(table), _first_words(table)
    if not folded_words or folded_words[0] not in first_words:
        return None
    for count in range(min(most, len(folded_words)), 0, -1):
        spelling = entries.get(" ".join(folded_words[:count]))
        if spelling:
            return Found(spelling, count)
    return None


def leading_post(text: str) -> Found | None:
    """The longest known post that `text` begins with, whole words ("Bi thu chi bo 5" → "Bí thư chi bộ").

    Where accents leave it open whether a post or a unit begins ("Truong THCS": Trường, not Trưởng), the longer
    reading wins.
    """
    words = text.split(" ", _LONGEST_POST)[:_LONGEST_POST]
    post = _longest(_POSTS, fold_words(words), _LONGEST_POST)
    if post is None or all(map(_sound_alike, words, post.spelling.split(" "))):
        return post
    unit = _unit_beginning(text, _UNIT_BEGINNINGS)
    return None if unit and unit.words >= post.words else post


def _sound_alike(word: str, meant: str) -> bool:
    return word == meant or (len(word) <= _LONGEST_CACHED_WORD and toned(word) == toned(meant))


def abbreviated_post(text: str) -> str | None:
    """The post a whole part abbreviates ("PBT" → "Phó Bí thư")."""
    return _POST_ABBREVIATIONS.get(fold(text)) if len(text) <= _LONGEST_ABBREVIATED else None


def begins_unit(text: str, *, surely: bool = False) -> bool:
    """Whether a part begins like the name of a unit. `surely`: so that it can follow a post without a comma."""
    return _unit_beginning(text, _SURE_UNIT_BEGINNINGS if surely else _UNIT_BEGINNINGS) is not None


def _unit_beginning(text: str, table: str) -> Found | None:
    words = text.split(" ", _LONGEST_UNIT_BEGINNING)[:_LONGEST_UNIT_BEGINNING]
    found = _longest(table, fold_words(words), len(words))
    if found is None:
        return None
    # Accents that are there must agree: Trương is not Trường.
    agree = all(
        _sound_alike(word, meant) or (word.isascii() and folded(word) not in FAMILY_NAMES)
        for word, meant in zip(words, found.spelling.split(" "), strict=False)
    )
    return found if agree or (found.words > 1 and "".join(words[: found.words]).isascii()) else None


def unit_phrase(folded_words: list[str]) -> Found | None:
    """The longest phrase of unit names that the words begin with, in its right spelling."""
    return _longest(_UNIT_PHRASES, folded_words, 5)


def subject_words(text: str) -> int:
    """Words taken by a leading subject ("Bài thu hoạch NQ 02 Nguyễn Văn An" → 5), 0 if none."""
    if folded(text.split(" ", 1)[0][:_LONGEST_CACHED_WORD]).split("-")[0] not in _FIRST_WORDS_OF_SUBJECTS:
        return 0
    whole = fold(text)
    match = _SUBJECT.match(whole)
    if not match or whole[match.end() : match.end() + 1].isalnum():
        return 0
    return whole[: match.end()].count(" ") + 1


def is_subject(text: str) -> bool:
    """Whether a whole part only says what the paper is about ("Bài thu hoạch NQ 02", "BTH")."""
    return subject_words(text) == text.count(" ") + 1


def begins_report(text: str) -> bool:
    """Whether a part begins like another paper than an essay (báo cáo, kế hoạch, biên bản …)."""
    first = folded(text.split(" ", 1)[0][:_LONGEST_CACHED_WORD])
    return first in _FIRST_WORDS_OF_REPORTS and _REPORT.match(fold(text)) is not None


def strip_honorific(name: str) -> str:
    """The name without đ/c, ông, bà, ThS., TS. in front, several too; "Ông Thị Hà" keeps its family name."""
    for _ in range(_MOST_HONORIFICS):
        match = _HONORIFIC.match(name)
        rest = name[match.end() :] if match else ""
        words = rest.split(" ")
        is_title = _NEVER_A_FAMILY_NAME.match(name) or (len(words) > 2 and folded(words[0]) in FAMILY_NAMES)
        if not rest or not is_title:
            return name
        name = rest
    return name
