"""A 30-page plan read whole: head, papers, duties, deadlines, warnings; against one walk over its lines with a pattern.

Not here: taking the text out of a file.
"""

import re
from datetime import date

from benchmarks.harness import Comparison, compare
from directives.deadlines import WorkCalendar
from directives.reader import read_directive

TITLE = "a 30-page plan → draft"
TARGET = 7000.0  # ≤ 2 s where one pattern over the text costs 0.3 ms
PAGES = 30
_DATE = re.compile(r"ngày\s+\d{1,2}/\d{1,2}/\d{4}")
_HEAD = """ĐẢNG BỘ THÀNH PHỐ HÀ NỘI
ĐẢNG ỦY PHƯỜNG PHÚC LỢI
*
Số 99-KH/ĐU

ĐẢNG CỘNG SẢN VIỆT NAM

Phúc Lợi, ngày 21 tháng 4 năm 2026

KẾ HOẠCH
thực hiện công tác xây dựng Đảng năm 2026

Thực hiện Kế hoạch số 55-KH/TU, ngày 06/4/2026 của Thành ủy Hà Nội, Ban Thường vụ Đảng ủy phường ban hành Kế hoạch như sau:
"""
_PAGE = """
{n}. Nhiệm vụ thứ {n}

- Các chi bộ, đảng bộ cơ sở tiếp tục quán triệt Nghị quyết số 02-NQ/TW ngày 17/3/2026 của Bộ Chính trị “Về xây dựng và phát triển
Thủ đô Hà Nội trong kỷ nguyên mới” đến toàn thể cán bộ, đảng viên và Nhân dân, bảo đảm nghiêm túc, thực chất, hiệu quả; phấn đấu đến
năm 2030 hoàn thành các chỉ tiêu; gắn với việc thực hiện nhiệm vụ chính trị của địa phương, cơ quan, đơn vị trong từng năm.

- Chi bộ trường học xây dựng kế hoạch, gửi Ban Xây dựng Đảng trước ngày 15/5/2026; báo cáo kết quả chậm nhất ngày 20/6/2026 qua email:
bxdd@phucloi.example.vn.

- Tổ chức sinh hoạt chuyên đề:
+ Thời gian: Trong tháng 5/2026.
+ Phạm vi: 100% chi bộ.

- Ban Xây dựng Đảng theo dõi, đôn đốc, định kỳ hằng tháng trước ngày 25 báo cáo Ban Thường vụ Đảng ủy. Phát huy vai trò của hệ thống
chính trị cơ sở, đội ngũ báo cáo viên, tuyên truyền viên, người có uy tín trong cộng đồng nhằm lan tỏa sâu rộng tinh thần, nội dung Nghị
quyết; kịp thời đấu tranh, phản bác các thông tin sai trái, xuyên tạc; chú trọng tuyên truyền trực quan, sinh động, phù hợp đối tượng.

- Văn phòng Đảng ủy bảo đảm các điều kiện về cơ sở vật chất, tài liệu phục vụ Hội nghị; phối hợp với Trung tâm Chính trị phường nghiên
cứu, đưa nội dung Nghị quyết vào chương trình giảng dạy tại các lớp bồi dưỡng lý luận chính trị của Trung tâm Chính trị. Số liệu tính
đến ngày 31/3/2026 cho thấy 71/98 chi bộ hoàn thành; kết quả là căn cứ để đánh giá, xếp loại tổ chức đảng và đảng viên hằng năm.

                                                              {n}
"""


def run() -> Comparison:
    """The note tells what was found, so that an empty reading cannot look fast."""
    text = _HEAD + "".join(_PAGE.format(n=n) for n in range(1, PAGES + 1))
    day = date(2026, 4, 22)
    calendar = WorkCalendar({date(2026, 4, 30): "Ngày Chiến thắng", date(2026, 5, 1): "Quốc tế Lao động"})
    found = compare(
        floor=lambda: [match for line in text.splitlines() for match in _DATE.findall(line)],
        product=lambda: read_directive(text, today=day, calendar=calendar),
    )
    draft = read_directive(text, today=day, calendar=calendar)
    dated = sum(1 for r in draft.requirements if r.deadline is not None and r.deadline.is_understood)
    note = f"{len(text):,} characters, {len(draft.requirements)} duties, {dated} dated"
    return Comparison(**{**found.__dict__, "note": note})
