"""The sample form of the component gallery, with its real validation.

Not here: any form of the product (each app's `forms.py`).
"""

from django import forms

_MEMBERS = 36


class SampleForm(forms.Form):
    """Attendance of a meeting: enough to show labels, help, a fault in the summary and beside its field."""

    present = forms.IntegerField(label="Tổng số dự", help_text="Không kể khách mời.")
    held_on = forms.DateField(label="Ngày tổ chức", error_messages={"required": "Chưa ghi ngày tổ chức"})

    def clean_present(self) -> int:
        present = self.cleaned_data["present"]
        if not 0 <= present <= _MEMBERS:
            raise forms.ValidationError(
                f"Chi bộ có {_MEMBERS} đảng viên trong ngày này. Ghi số từ 0 đến {_MEMBERS}, khách mời ghi ở ô bên cạnh."
            )
        return present
