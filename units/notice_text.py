"""The notice on personal data as the product ships it (version 0), and how a notice is written and hashed.

A line that begins with "## " is a heading, one that begins with "- " an item, an empty line parts paragraphs.
Sources: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, Nghị định 356/2025/NĐ-CP; the articles are for a lawyer to confirm.
Not here: versions of a ward (`notice_models.py`), the committee's address (`CommitteeProfile`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from vietnamese.text import nfc

DEFAULT_NOTICE = """Cổng này giúp Đảng ủy phường theo dõi việc thực hiện văn bản chỉ đạo. Để làm việc đó, cổng giữ một số thông tin về đồng chí. Thông báo này nói rõ giữ gì, để làm gì, ai xem được, giữ bao lâu và đồng chí có quyền gì.

## Cổng giữ những gì
- Họ và tên, năm sinh, đơn vị sinh hoạt, chức vụ, tình trạng đảng viên, các lần được miễn sinh hoạt.
- Thư điện tử và số điện thoại, nếu đồng chí đã cho biết.
- Việc đồng chí được giao, hạn, bài thu hoạch và báo cáo đã nộp, phiếu tiếp nhận, ý kiến duyệt.
- Thư nhắc đã gửi, thời điểm đăng nhập và những lần có người mở bài của đồng chí.
- Cổng không giữ số căn cước, số thẻ đảng, quê quán, dân tộc, tôn giáo.

## Để làm gì
- Giao việc, nhắc hạn, tiếp nhận và duyệt bài, tổng hợp kết quả thực hiện văn bản chỉ đạo của cấp trên và của phường.
- Quan điểm chính trị trong bài thu hoạch là dữ liệu cá nhân nhạy cảm; cổng không dùng vào việc khác và không chuyển cho bên thứ ba.

## Ai xem được
- Bài thu hoạch: chính đồng chí, bí thư chi bộ và cán bộ Ban Xây dựng Đảng phụ trách. Mỗi lần mở đều được ghi lại.
- Kết quả đã nộp hay chưa: bí thư, người theo dõi cụm, Ban Xây dựng Đảng và Thường trực Đảng ủy.
- Lý do được miễn sinh hoạt: chỉ Ban Xây dựng Đảng.

## Giữ bao lâu
- Theo thời hạn lưu trữ do Đảng ủy phường quyết định cho từng loại. Hết hạn thì hủy và lập biên bản; phiếu tiếp nhận và nhật ký được giữ lại làm bằng chứng.

## Quyền của đồng chí
- Xem và tải về toàn bộ dữ liệu của mình; đề nghị sửa thông tin sai; hỏi ai đã xem bài của mình; khiếu nại với Đảng ủy phường.
- Các quyền này ở mục “Dữ liệu cá nhân” trong trình đơn tài khoản. Đồng chí không có tài khoản thì đề nghị qua bí thư chi bộ hoặc Ban Xây dựng Đảng.

## Căn cứ
- Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15 và Nghị định số 356/2025/NĐ-CP. Điều khoản cụ thể do người phụ trách pháp lý xác nhận."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with what stands below it; the first block has no heading."""

    heading: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]


def tidy(text: str) -> str:
    """A notice as it is kept: NFC, lines stripped at the end, no empty ends."""
    return "\n".join(line.rstrip() for line in nfc(text).splitlines()).strip()


def sha256_of(text: str) -> str:
    """Which words these are, however they are composed."""
    return hashlib.sha256(tidy(text).encode()).hexdigest()


DEFAULT_SHA256 = sha256_of(DEFAULT_NOTICE)


def blocks_of(text: str) -> list[Block]:
    """The notice as a page draws it."""
    blocks: list[tuple[str, list[str], list[str]]] = [("", [], [])]
    for line in tidy(text).splitlines():
        if line.startswith("## "):
            blocks.append((line[3:].strip(), [], []))
        elif line.startswith("- "):
            blocks[-1][2].append(line[2:].strip())
        elif line:
            blocks[-1][1].append(line)
    return [
        Block(heading, tuple(paragraphs), tuple(items))
        for heading, paragraphs, items in blocks
        if heading or paragraphs or items
    ]
