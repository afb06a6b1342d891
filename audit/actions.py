"""The catalogue of everything the log can say: machine name → Vietnamese label.

A name is `<thing>.<past or plain verb>`; names are never renamed or reused, because stored entries carry them and
their hash covers them. `services.record` refuses a name that is not listed here, so that a misspelt one is found
by the first test that runs the verb.

Not here: who may do these things (each app's rules), how they are stored (`models.py`).
"""

ACTIONS: dict[str, str] = {
    # Accounts and sessions
    "account.login": "Đăng nhập",
    "account.login_failed": "Đăng nhập không thành công",
    "account.logout": "Đăng xuất",
    "account.create": "Tạo tài khoản",
    "account.invite": "Mời dùng tài khoản",
    "account.revoke_invitation": "Thu hồi lời mời",
    "account.accept_invitation": "Nhận lời mời, đặt mật khẩu lần đầu",
    "account.invitation_refused": "Dùng lời mời không còn hiệu lực",
    "account.change_password": "Đổi mật khẩu",
    "account.request_email": "Xin đổi thư điện tử",
    "account.change_email": "Đổi thư điện tử",
    "account.deactivate": "Khóa tài khoản",
    "account.reactivate": "Mở lại tài khoản",
    "account.mfa_enable": "Bật xác thực hai bước",
    "account.mfa_disable": "Tắt xác thực hai bước",
    "account.mfa_reset": "Đặt lại xác thực hai bước",
    "account.mfa_failed": "Mã hoặc khóa xác thực không đúng",
    "account.recovery_code": "Dùng mã khôi phục",
    "account.reauthenticate_failed": "Xác nhận lại không đúng",
    "account.end_session": "Kết thúc phiên đăng nhập",
    "account.session_expire": "Phiên đăng nhập tự hết",
    "role.grant": "Giao quyền",
    "role.revoke": "Thu hồi quyền",
    "link.make": "Cấp liên kết riêng",
    "link.revoke": "Thu hồi liên kết riêng",
    "link.open": "Mở liên kết riêng",
    "link.refuse": "Từ chối liên kết riêng",
    # Personal data
    "privacy.accept_notice": "Xác nhận đã đọc thông báo dữ liệu cá nhân",
    "privacy.publish_notice": "Công bố thông báo dữ liệu cá nhân",
    "privacy.export": "Xuất dữ liệu của một người",
    "privacy.ask_correction": "Đề nghị sửa thông tin cá nhân",
    "privacy.decide_correction": "Trả lời đề nghị sửa thông tin cá nhân",
    "privacy.set_term": "Đổi thời hạn lưu trữ",
    "privacy.hold": "Đặt hoặc bỏ lệnh không hủy",
    "privacy.destroy": "Hủy dữ liệu hết thời hạn",
    # Units and members
    "roster.import": "Nhập danh bạ",
    "roster.upload": "Tải tệp danh sách lên",
    "roster.decide": "Quyết định về lỗi trong tệp danh sách",
    "roster.map_columns": "Khớp cột của tệp danh sách",
    "roster.discard": "Bỏ tệp danh sách",
    "roster.undo": "Hoàn tác lần nhập danh bạ",
    "roster.export": "Xuất danh bạ",
    "unit.create": "Thêm đơn vị",
    "unit.change": "Sửa đơn vị",
    "unit.close": "Đóng đơn vị",
    "unit.change_secretary": "Đổi bí thư",
    "member.create": "Thêm đảng viên",
    "member.change": "Sửa thông tin đảng viên",
    "member.transfer": "Chuyển sinh hoạt",
    "member.leave": "Ra khỏi danh sách",
    "appointment.change": "Bổ nhiệm, thôi giữ chức vụ",
    "exemption.grant": "Ghi nhận miễn sinh hoạt",
    "exemption.end": "Kết thúc miễn sinh hoạt",
    "cluster.change": "Sửa cụm",
    "committee.change": "Sửa thông tin đảng ủy",
    "calendar.change": "Sửa lịch nghỉ",
    "settings.change": "Đổi thiết lập",
    "demo.load": "Nạp dữ liệu mẫu",
    # Directives and obligations
    "directive.create": "Soạn văn bản",
    "directive.change": "Sửa văn bản",
    "directive.issue": "Ban hành văn bản",
    "directive.amend": "Điều chỉnh văn bản",
    "directive.close": "Kết thúc văn bản",
    "directive.revoke": "Thu hồi văn bản",
    "directive.delete_draft": "Xóa bản nháp văn bản",
    "directive.refuse_secret": "Từ chối tài liệu mật",
    "directive.acknowledge": "Xác nhận đã nhận văn bản",
    "directive.view": "Mở xem văn bản",
    "requirement.add": "Thêm yêu cầu",
    "requirement.change": "Sửa yêu cầu",
    "requirement.remove": "Bỏ yêu cầu",
    "directive.reopen": "Mở lại văn bản",
    "requirement.set_closing": "Đặt giờ đóng nhận bài",
    "requirement.confirm_deadline": "Xác nhận hạn",
    "obligation.sync": "Cập nhật danh sách phải thực hiện",
    "obligation.open_period": "Giao kỳ mới",
    "petition.ask": "Xin gia hạn, xin miễn",
    "petition.grant": "Đồng ý đề nghị",
    "petition.refuse": "Không đồng ý đề nghị",
    "onward.add": "Ghi việc với cấp trên",
    "onward.change": "Sửa việc với cấp trên",
    "onward.send": "Ghi đã gửi cấp trên",
    "onward.reopen": "Mở lại việc với cấp trên",
    "onward.remove": "Bỏ việc với cấp trên",
    "onward.open_period": "Mở kỳ mới của việc với cấp trên",
    "obligation.follow": "Chuyển việc theo nơi sinh hoạt",
    "obligation.extend": "Gia hạn",
    "obligation.unwaive": "Bỏ cho miễn",
    "obligation.waive": "Cho miễn",
    "obligation.declare_event": "Báo ngày tổ chức",
    "obligation.attendance": "Ghi số dự sinh hoạt",
    "obligation.correct_event": "Sửa ngày tổ chức",
    # Submissions and files
    "submission.stage": "Tải tệp lên",
    "submission.unstage": "Bỏ tệp chưa nộp",
    "submission.submit": "Nộp bài",
    "submission.forward": "Chi bộ chuyển bài",
    "submission.withdraw": "Rút bài đã nộp",
    "submission.accept": "Tiếp nhận bài",
    "submission.return": "Trả lại bài",
    "submission.draw_sample": "Lấy mẫu một lô bài",
    "submission.accept_batch": "Duyệt cả lô sau khi xem mẫu",
    "submission.stop_batch": "Dừng duyệt theo lô",
    "submission.take_over": "Nhận xem thay bài",
    "submission.view": "Xem bài",
    "submission.download": "Tải bài về",
    "store.backup": "Sao lưu",
    "store.restore": "Khôi phục từ bản sao lưu",
    "store.cold_copy": "Chép bản lạnh",
    "file.inspect": "Kiểm tra tệp",
    "file.refuse": "Từ chối tệp",
    # Reminders and mail
    "reminder.tell_changes": "Lập thư báo thay đổi",
    "reminder.plan": "Lập danh sách nhắc việc",
    "reminder.strike": "Bỏ thư nhắc của một ngày",
    "reminder.hold": "Tạm giữ thư nhắc",
    "reminder.release": "Thôi giữ, thôi bỏ thư nhắc",
    "reminder.send_now": "Gửi thư nhắc ngay",
    "reminder.promise": "Ghi hẹn nộp",
    "reminder.choice": "Đổi cách nhận thư nhắc",
    "reminder.calendar_link": "Tạo địa chỉ lịch hạn nộp",
    "reminder.calendar_revoke": "Thu hồi địa chỉ lịch hạn nộp",
    "reminder.ladder": "Đổi các nấc nhắc của một việc",
    "mail.resend": "Gửi lại thư",
    # Reports
    "report.request": "Yêu cầu lập báo cáo tổng hợp",
    "report.compile": "Lập báo cáo tổng hợp",
    "report.freeze": "Chốt số liệu",
    "report.cancel": "Hủy lập báo cáo",
    "report.download": "Tải báo cáo về",
    "report.export": "Xuất danh sách",
    # The log itself
    "access.refused": "Mở trang không được phép hoặc không có",
    "audit.check": "Kiểm tra nhật ký",
    "audit.witness": "Gửi mã đầu sổ ra ngoài",
    "audit.export": "Xuất nhật ký",
}


GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "dang-nhap": ("Đăng nhập, tài khoản", ("account", "privacy", "consent", "link")),
    "quyen": ("Quyền", ("role",)),
    "danh-ba": (
        "Danh bạ",
        ("roster", "unit", "member", "appointment", "exemption", "cluster", "committee", "transfer"),
    ),
    "thiet-lap": ("Thiết lập", ("settings", "calendar", "demo", "retention")),
    "van-ban": ("Văn bản, yêu cầu", ("directive", "requirement", "onward")),
    "viec": ("Hạn, miễn", ("obligation", "petition")),
    "bai-nop": ("Bài nộp, tệp", ("submission", "file", "store")),
    "nhac-viec": ("Nhắc việc, thư", ("reminder", "mail")),
    "bao-cao": ("Báo cáo, xuất ra", ("report",)),
    "nhat-ky": ("Nhật ký, truy cập", ("audit", "access")),
}
"""Groups of the search: key in the address → (Vietnamese word, first words of the names it holds)."""


def actions_of(group: str) -> list[str]:
    """The names of one group, as listed; none for an unknown group."""
    _, things = GROUPS.get(group, ("", ()))
    return [name for name in ACTIONS if name.partition(".")[0] in things]


def label_of(action: str) -> str:
    """Return the Vietnamese label; an unknown (older) name is returned as it is."""
    return ACTIONS.get(action, action)
