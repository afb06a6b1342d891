"""Input of proposing a draft and of sending it back: parsed, cleaned, never saved.

Not here: what the verbs refuse (`services.issue_proposals`).
"""

from django import forms


class ProposeForm(forms.Form):
    """A remark to whoever issues, if there is one."""

    note = forms.CharField(
        label="Lời nhắn cho quản trị",
        max_length=255,
        required=False,
        help_text="Không bắt buộc. Ví dụ: bản giấy đã ký ngày 21/4, cần ban hành trong ngày.",
    )


class SendBackForm(forms.Form):
    """Why the draft cannot be issued as it stands."""

    reason = forms.CharField(
        label="Cần sửa gì",
        max_length=255,
        help_text="Người đề nghị đọc được. Ghi rõ chỗ phải sửa.",
        error_messages={"required": "Chưa ghi cần sửa gì."},
    )
