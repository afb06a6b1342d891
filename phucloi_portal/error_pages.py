"""Error pages: what happened, why and the next step, in Vietnamese, with the request's code and no internals.

Not here: errors of forms (they stay beside the field), which error is raised when.
"""

from dataclasses import dataclass
from typing import Final

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Fault:
    """What one status code says to people."""

    title: str
    text: str
    icon: str


FAULTS: Final[dict[int, Fault]] = {
    400: Fault(
        "Yêu cầu gửi lên không đọc được",
        "Đường dẫn hoặc biểu mẫu bị hỏng trên đường truyền. Quay lại trang trước, tải lại rồi làm lại.",
        "question-circle",
    ),
    403: Fault(
        "Tài khoản này không được làm việc đó",
        "Trang có thật nhưng vai trò của đồng chí chưa được giao việc này. Nếu cần, đề nghị Ban Xây dựng Đảng giao quyền.",
        "lock",
    ),
    404: Fault(
        "Không tìm thấy trang này",
        "Có thể đường dẫn gõ sai, trang đã chuyển, hoặc thuộc đơn vị khác. Về trang đầu rồi mở lại từ danh mục.",
        "signpost-split",
    ),
    405: Fault(
        "Địa chỉ này chỉ nhận biểu mẫu",
        "Đây là nơi một biểu mẫu được gửi đến, không phải trang để mở; chưa có gì thay đổi. "
        "Bấm nút quay lại của trình duyệt, hoặc về trang đầu rồi mở lại từ danh mục.",
        "signpost-split",
    ),
    413: Fault(
        "Tệp quá lớn",
        "Mỗi tệp tối đa 25 MB. Quét lại ở mức 150–200 dpi, đen trắng hoặc xám, rồi gửi lại. Những tệp đã nhận trước đó vẫn còn.",
        "file-earmark-arrow-up",
    ),
    422: Fault(
        "Nội dung gửi lên chưa đúng",
        "Có chỗ cần sửa trước khi nhận được. Quay lại trang trước: nội dung đã viết vẫn được giữ nguyên.",
        "pencil-square",
    ),
    429: Fault(
        "Thao tác quá nhanh",
        "Để giữ an toàn, cổng tạm dừng nhận từ máy này. Chờ một phút rồi làm lại.",
        "hourglass",
    ),
    500: Fault(
        "Máy chủ gặp lỗi",
        "Lỗi đã được ghi lại. Những gì đã có phiếu tiếp nhận vẫn còn nguyên. Tải lại trang; nếu vẫn vậy, "
        "gọi Ban Xây dựng Đảng và đọc mã dưới đây.",
        "exclamation-octagon",
    ),
    503: Fault(
        "Máy chủ đang bận",
        "Nhiều người đang gửi cùng lúc hoặc cổng đang được bảo trì. Chờ một phút rồi tải lại trang; "
        "những gì đã có phiếu tiếp nhận vẫn còn nguyên.",
        "hourglass-split",
    ),
}
RETRY_AFTER_SECONDS: Final = 60


def page_of(status: int, request_id: str = "") -> str:
    """The HTML of `status`; it touches no database, so it can still be shown when that is what failed."""
    return render_to_string("errors/page.html", {"fault": FAULTS[status], "status": status, "request_id": request_id})


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The answer with the page of `status`; what asks too much or too early is told when to come again."""
    response = HttpResponse(page_of(status, getattr(request, "request_id", "")), status=status)
    if status in (429, 503):
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; a body beyond the limits is 413."""
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig | TooManyFilesSent) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: visible, but not allowed."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not yours."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long or came from elsewhere; the reason goes to the log only."""
    context = {
        "fault": Fault(
            "Trang đã mở quá lâu",
            "Để giữ an toàn, biểu mẫu này không còn dùng được. Quay lại trang trước, tải lại rồi gửi lại.",
            "clock-history",
        ),
        "status": 403,
        "request_id": getattr(request, "request_id", ""),
    }
    return HttpResponse(render_to_string("errors/page.html", context), status=403)
