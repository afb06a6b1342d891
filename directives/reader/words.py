"""The words of duties: who acts, which verbs lay something down, what is asked, where it goes.

Tables and patterns only; each pattern is linear (no nested repetition).
Not here: how they are combined (`clauses.py`, `duties.py`).
"""

from __future__ import annotations

import re

from directives.reader.names import UPPER

_I = re.IGNORECASE

# Names in which a verb is no verb; blanked before verbs are looked for.
NAMES_WITH_VERBS = re.compile(
    r"Ban Xây dựng Đảng|Ban Tổ chức|Ủy ban Kiểm tra|Uỷ ban Kiểm tra|Ban Tuyên giáo|Trung tâm Dịch vụ|(?:các |những )?tổ chức (?:cơ sở )?"
    r"đảng|tổ chức chính trị|tổ chức đoàn thể|các tổ chức|tổ chức cơ sở|Đoàn giám sát|Đoàn kiểm tra|được giám sát|được kiểm tra|"
    r"báo cáo viên|tuyên truyền viên|Ban Chỉ đạo|ban chỉ đạo|Tổ công tác|xây dựng Đảng|lãnh đạo, quản lý|cán bộ lãnh đạo|"
    r"cơ quan tham mưu|cơ quan chủ trì|nơi sinh hoạt|chế độ báo cáo|chương trình công tác|đang sinh hoạt|miễn sinh hoạt|"
    r"(?:Tổ|Hội đồng|Tiểu ban|Đoàn) (?:thẩm định|khảo sát|xác minh|kiểm phiếu|giúp việc|biên tập|chấm thi)|có nghĩa vụ kê khai|"
    r"kê khai (?:bổ sung|lần đầu)(?= nộp| gửi)|Ban Nghiên cứu|Chấp hành|phụ trách cụm|Hội nghị học tập|kỷ luật",
    _I,
)
ACTOR = re.compile(
    r"(?:và\s+|cùng\s+)?(?:(?:các|mỗi|từng|toàn thể|tất cả|những|toàn bộ|100%|một số|cả|hai|ba|bốn)\s+)*(?:người\b|thành viên|cộng tác viên|báo cáo viên|tuyên truyền viên|đồng chí|đ/c|chi bộ|chi ủy|chi uỷ|chi,|đảng bộ|"
    r"đảng viên|đảng ủy|đảng uỷ|cấp ủy|cấp uỷ|tổ chức|ban\b|bxdđ|văn phòng|vpđu|ủy ban|uỷ ban|ubnd|hđnd|ubkt|ubmttq|mttq|mặt trận|"
    r"hội\b(?!\s*nghị)|đoàn\b|phòng\b|trung tâm|cơ quan|đơn vị|cá nhân|bí thư|phó\b|cấp\s|công an|quân sự|trường\b(?!\s*hợp)|trạm|tổ\b|trưởng|"
    r"thường trực|cán bộ|công chức|viên chức|ủy viên|uỷ viên|công đoàn|hội đồng|người đứng đầu|thủ trưởng|hiệu trưởng|lãnh đạo|địa phương|"
    r"đảng uỷ viên|đảng ủy viên|chi, đảng bộ|đội\b|bộ phận|khối\b|cụm\b|doanh nghiệp|quần chúng|đoàn viên|hội viên|học viên|ban chấp hành|đại biểu)",
    _I,
)
_VERBS = (
    "nộp|gửi|báo cáo|trình|đăng ký|lập|hoàn chỉnh|bổ sung|thẩm định|xây dựng|ban hành|tham mưu|chủ trì|phối hợp|tổ chức|triển khai|thực hiện|hoàn thành|hoàn thiện|"
    "rà soát|tổng hợp|tập hợp|(?<!bầu )(?<!ứng )(?<!đề )cử|dự|tham dự|tham gia|viết|cập nhật|đăng tải|theo dõi|đôn đốc|chỉ đạo|lãnh đạo|tuyên truyền|quán triệt|"
    "học tập|mở|nghiên cứu|kiểm điểm|chuẩn bị|duy trì|phản ánh|thông tin|cung cấp|tiếp nhận|căn cứ|bám sát|chịu trách nhiệm|"
    "có trách nhiệm|đẩy mạnh|tăng cường|phát động|phân công|được phân công|hướng dẫn|kiểm tra|giám sát|treo|bố trí|phát huy|"
    "nghiêm túc|khẩn trương|tập trung|chủ động|tiếp tục|tích cực|kịp thời|thường xuyên|định kỳ|tiến hành|phải|cần|kê khai|nhập|đối chiếu|"
    "yêu cầu|đề nghị|giao|thông báo|niêm yết|công bố|trao|tặng|thăm|ra quân|khảo sát|thu|quyết toán|bàn giao|đánh giá|tổng kết|sơ kết|"
    "bình xét|xem xét|công nhận|giới thiệu|bầu|họp|khai mạc|bế mạc|chấm|nhận|lựa chọn|cài đặt|kích hoạt|thẩm tra|vận động|phân loại|xếp loại|xác minh|thống kê|giải quyết|"
    "phát(?! (?:huy|triển|động|sinh|biểu|hiện|thanh))|phát hành|biên tập|biên soạn|lồng ghép|đưa|cụ thể hóa|cụ thể hoá|sinh hoạt|là|đang|"
    "lấy ý kiến|có(?= nghị quyết| văn bản| báo cáo| ý kiến)|in|phổ biến|ký|phê duyệt|thẩm định|góp ý|tiếp thu|chuyển|trả lời|đóng|mời|gặp mặt|tọa đàm|toạ đàm|tập huấn|bồi dưỡng|kết nạp"
)
VERB = re.compile(rf"(?<![\w])(?:{_VERBS})(?![\w])", _I)
ORDERING = re.compile(r"(?<!\w)(?:yêu cầu|đề nghị|giao cho|giao|phân công)(?!\w)", _I)
COLLECTING = re.compile(
    r"(?<!\w)(?:nộp|gửi|bàn giao|xác nhận|báo cáo|(?<!chương )(?<!quy )(?<!lộ )(?<!công )(?<!tiến )trình|đăng ký|hoàn thành|xong|cung cấp|chuyển|tổng hợp|tập hợp|trả lời|kê khai)(?!\w)",
    _I,
)
HANDING_IN = re.compile(r"(?<!\w)(?:nộp|gửi|báo cáo|chuyển|cung cấp|bàn giao)(?!\w)", _I)
PURPOSE = re.compile(r"(?<!\w)(?:để|nhằm|làm cơ sở|làm căn cứ|phục vụ)\s[^,;.]{0,60}$", _I)

ESSAY = re.compile(
    r"(?:viết|nộp|gửi|hoàn thành)\s+(?:\d+\s+)?(?:bản\s+)?(?:bài\s+)?(?:viết\s+)?thu hoạch|bài (?:viết )?thu hoạch|bản thu hoạch|"
    r"(?:mỗi|từng)\s+(?:đồng chí|đảng viên|cán bộ)(?:(?!viết)[^.;:]){0,60}?\sviết (?:bản|bài)\s",
    _I,
)
ESSAYS_GATHERED = re.compile(r"(?:tập hợp|tổng hợp|thu)\s+(?:\S+\s+){0,3}bài (?:viết )?thu hoạch|được tổng hợp", _I)
PLAN = re.compile(
    r"(?<!\w)(?:gửi|nộp)\s+(?:bản |dự thảo )?(?:kế hoạch|chương trình|phương án|kịch bản)(?!\w)|"
    r"(?<!\w)(?:chuẩn bị|viết)\s+(?:nội dung |dự thảo )?(?:kịch bản|đề cương)(?!\w)|"
    r"(?<!\w)(?:xây dựng|ban hành|tham mưu|lập|hoàn thiện|cụ thể hóa|cụ thể hoá|soạn thảo|rà soát)\s"
    r"(?:(?!báo cáo|hồ sơ|danh sách|thực hiện|biên bản|tổ chức|triển khai|tìm hiểu)[^.;:]){0,70}?"
    r"(?:kế hoạch|chương trình|phương án|đề án|quy chế|nghị quyết|quy định|dự thảo(?! (?:báo cáo|thông báo|biên bản))|lộ trình|kịch bản|đề cương)(?!\w)",
    _I,
)
REPORT = re.compile(
    r"(?<!\w)(?:báo cáo|gửi(?! kèm)|nộp|danh sách|biên bản|hồ sơ|số liệu|đăng ký|(?<!lễ )(?<!hội nghị )(?<!họp )tổng kết|sơ kết|tổng hợp|kê khai|tờ khai|kiến nghị gửi|thông báo (?:kết luận|kết quả)|(?<!chương )(?<!quy )(?<!lộ )(?<!công )(?<!tiến )trình|"
    r"cung cấp|bàn giao|xác nhận (?:tham|dự|danh sách|thành phần))(?!\w)",
    _I,
)
ACTIVITY = re.compile(
    r"(?<!\w)(?:tổ chức|sinh hoạt|hội nghị|học tập|quán triệt|tập huấn|mở lớp|tọa đàm|toạ đàm|phát động|treo|dự(?! (?:thảo|kiến|án|toán|bị))|tham dự|tham gia|tiếp sóng|lồng ghép|"
    r"ra quân|kiểm điểm|đại hội|đăng tải|niêm yết|gặp mặt|tuyên truyền|chấm|trao|nhận|triển khai|giám sát|kiểm tra|(?<!bầu )(?<!ứng )(?<!đề )cử|khảo sát|thăm|họp|"
    r"khai mạc|thực hiện|hoàn thành|cập nhật|bố trí|nâng cấp|sửa chữa|chuẩn bị|công khai)(?!\w)",
    _I,
)
OVERSIGHT = re.compile(
    r"phụ trách[^.;:]{0,30}cụm[^.;:]{0,80}(?<!\w)(?:dự|theo dõi|nắm)(?!\w)|phụ trách (?:địa bàn|chi bộ|cơ sở|tổ dân phố)[^.;:]{0,60}(?<!\w)dự(?!\w)|theo dõi[^.;:]{0,20}cụm[^.;:]{0,80}(?<!\w)dự(?!\w)|"
    r"(?<!\w)cử (?:\d+ )?(?:cán bộ|đồng chí|thành viên)[^.;]{0,40}(?:hướng dẫn|theo dõi|nắm bắt|dự)|"
    r"dự (?:và )?(?:chỉ đạo|theo dõi)[^.;]{0,30}sinh hoạt",
    _I,
)
ADVERB = re.compile(
    r"(?<!\w)(?:thường xuyên|kịp thời|định kỳ|liên tục|hằng tháng|hằng quý|hằng năm|hàng tháng|hàng quý|hàng năm)(?!\w)",
    _I,
)
TELLING = re.compile(r"(?<!\w)(?:báo cáo|phản ánh|gửi|cập nhật|thông tin|đề xuất|tổng hợp)(?!\w)", _I)

TIME_LABEL = re.compile(
    r"[-+*(\s]*(?:thời gian|thời hạn|hạn nộp|hạn cuối|hạn|tiến độ|mốc thời gian|ngày hoàn thành|thời điểm)(?!\w)[^:.;]{0,60}",
    _I,
)
AUDIENCE_LABEL = re.compile(
    r"[-+*\s]*(?:đối tượng|phạm vi|thành phần|đơn vị thực hiện|đơn vị chủ trì|chủ trì|người thực hiện)[^:.;]{0,30}:\s*",
    _I,
)
NARRATIVE = re.compile(
    r"(?<!\w)(?:ban hành\s+(?:công văn|kế hoạch|thông báo|hướng dẫn)\s+số|đã\s|đạt\s+\d|có\s+\d+\s*/\s*\d+|chính thức|tính đến|kỷ niệm\s+\d+\s+năm|"
    r"số liệu tính|mốc\s+(?:giám sát|kiểm tra|thời gian))",
    _I,
)
# A heading under which aims stand, and a label of what is looked at, never of when something is due.
AIMS = re.compile(r"(?<!\w)(?:mục tiêu|chỉ tiêu)(?!\w)(?!.*(?:nhiệm vụ|giải pháp|tổ chức thực hiện))", _I)
LOOKED_AT = re.compile(
    r"\W*(?:mốc|niên độ|thời kỳ|giai đoạn)\s(?:thời gian\s)?(?:được\s)?(?:kiểm tra|giám sát|thanh tra|đánh giá|xem xét)",
    _I,
)
TARGET = re.compile(
    r"(?<!\w)(?:phấn đấu|mục tiêu|chỉ tiêu|đạt\s+\d|tầm nhìn|giai đoạn|nhiệm kỳ|tăng bình quân)(?!\w)", _I
)
PURPOSES = re.compile(r"mục đích|quan điểm|mục tiêu|tình hình|đánh giá chung", _I)

TO_CELL = re.compile(
    r"(?:về|cho|tại|gửi|nộp|với)\s+(?:các\s+)?(?:chi bộ|chi, đảng bộ|chi ủy|chi uỷ|đảng bộ cơ sở|cấp ủy cơ sở|cấp ủy nơi|đảng bộ bộ phận|"
    r"(?:cơ quan|đơn vị|cấp ủy) (?:nơi|đang) (?:công tác|sinh hoạt))",
    _I,
)
TO_OFFICE = re.compile(
    r"(?:về|qua|gửi|trình|báo cáo|nộp|cho|với|tham mưu)\s+(?:hồ sơ\s+)?(?:Ban Xây dựng Đảng|BXDĐ|Ban XDĐ|Đảng ủy|Đảng uỷ|Văn phòng|VPĐU|Ban Thường vụ|"
    r"Thường trực Đảng|Ủy ban Kiểm tra|Uỷ ban Kiểm tra|UBKT|BTV|Trung tâm Chính trị)",
    _I,
)
TO_SUPERIOR = re.compile(
    r"(?:về|gửi|nộp|báo cáo)\s+(?:Ban (?:Tuyên giáo|Tổ chức|Dân vận|Nội chính)[^,.;()]{0,30})?(?:Thành ủy|Thành uỷ|Tỉnh ủy|Tỉnh uỷ|Trung ương)",
    _I,
)
# What a cell settles within itself: "gửi chi ủy duyệt trước buổi sinh hoạt ít nhất 05 ngày"; nobody outside collects it.
WITHIN_CELL = re.compile(
    r"(?<!\w)(?:gửi|trình|báo cáo|nộp|xin ý kiến)\s+(?:về |cho )?(?:chi ủy|chi uỷ|bí thư chi bộ|cấp ủy cùng cấp)\s+"
    r"(?:để )?(?:duyệt|xem xét|cho ý kiến|góp ý|thông qua)(?!\w)",
    _I,
)
# A paper as the subject of its sending: "hồ sơ gửi …", "ý kiến bằng văn bản xin gửi lại …".
PAPER_SENT = re.compile(
    r"\s*(?:hồ sơ|danh sách|ý kiến|kết quả|biên bản|văn bản|báo cáo|phiếu|số liệu|bản\s|tin\s)[^,;:]{0,60}?(?<!\w)(?:gửi|nộp)(?!\w)",
    _I,
)
# Handing in without a word of what: it stands before.
SENT_ON = re.compile(
    r"\s*(?:rồi |và |sau đó |xin )?(?:gửi|nộp|báo cáo|trình|chuyển)\s+(?:về |lên |qua |cho )?(?:các )?(?:Ban |BXDĐ|Đảng ủy|Đảng uỷ|Văn phòng|"
    r"VPĐU|Thường trực|Ủy ban|Uỷ ban|UBKT|BTV|chi bộ|cấp ủy|cấp uỷ)(?![^.;]{0,60}\s(?:kết quả|tình hình|tiến độ|danh sách|số liệu)(?!\w))",
    _I,
)
# Words that only point back to what was asked before them.
POINTS_BACK = re.compile(
    r"\s*(?:các |những )?(?:việc|công việc|nội dung|nhiệm vụ|phần việc)\s(?:này|trên|nêu trên|nói trên|đó)(?!\w)(?![^.;]{0,80}(?:gửi|nộp|báo cáo))",
    _I,
)
# "cùng thời hạn trên": the day stands in a duty before.
SAME_TIME = re.compile(
    r"(?<!\w)(?:cùng|theo|trong|đúng)\s(?:thời hạn|thời gian|hạn)\s(?:nêu |nói |quy định )?(?:trên|này|đó|tại mục \d\S*)(?!\w)",
    _I,
)
# "Các báo cáo trên gửi về …": one closing sentence dates the papers listed above it.
ALL_ABOVE = re.compile(
    r"\s*(?:tất cả |toàn bộ )?(?:các |những )?(?:báo cáo|hồ sơ|văn bản|nội dung|tài liệu|danh sách|sản phẩm)\s(?:nêu |nói )?trên\s[^.;]{0,60}?(?:gửi|nộp)(?!\w)",
    _I,
)
# What opens a paper or a part of it: on what ground, to what end.
GROUNDS = re.compile(
    r"\s*(?:Căn cứ|Thực hiện|Để|Nhằm|Theo|Tiếp theo|Trên cơ sở|Xét|Sau khi|Qua|Ngày \d|Vừa qua|Tại|Hưởng ứng|Chào mừng)\s",
    _I,
)
DECIDES = re.compile(
    r"(?<!\w)(?:yêu cầu|đề nghị|giao|thống nhất|kết luận|thông báo|hướng dẫn|ban hành|xây dựng|quyết định)(?!\w)", _I
)
# Watching over others' work and telling of it, without a day.
WATCHES = re.compile(r"(?<!\w)(?:theo dõi|đôn đốc)(?!\w)[^.;]{0,80}(?<!\w)(?:tổng hợp|báo cáo)(?!\w)", _I)
EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,10}")
IN_WRITING = re.compile(r"bằng văn bản", _I)
FILE_RULE = re.compile(
    r"(?<!\w)(?:định dạng|bản scan|scan|file|tệp|đặt tên|PDF|có chữ ký|có ký|ký xác nhận|bản (?:mềm|điện tử)(?! (?:gửi|chuyển|qua|về))|không quá \d+ trang|"
    r"tối đa \d+ trang|viết tay|đánh máy)(?!\w)",
    _I,
)
EXEMPTION = re.compile(
    r"[^.;()]{0,120}?(?:được miễn[^.;()]{0,80}|không phải (?:viết|nộp|kiểm điểm)[^.;()]{0,60}|trừ (?:các )?(?:đồng chí|đảng viên)[^.;()]{0,120})",
    _I,
)
OUTLINE_LEAD = re.compile(r"(?:gồm|nội dung sau|nội dung chính|đề cương|các nội dung|các phần)[^:.]{0,30}:\s*$", _I)
CHAIRS = re.compile(
    r"\s*(?:Giao\s+)?(.{3,80}?)\s+(?:chủ trì|phụ trách|thực hiện|chịu trách nhiệm)[^.;]{0,40}[.;]?\s*$", _I
)
SENTENCE_END = re.compile(rf"[.!?](?=\s+[-+“\"(]?[{UPPER}])|;(?=\s)|[.;](?=\s*$)")
ABBREVIATED = re.compile(r"(?:\bđ/c|\bTS|\bTP|\bv\.v|\bGS|\bThS|\bMr|\bsố)$", _I)
