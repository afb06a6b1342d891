"""The names a committee had before: papers issued under them are its own. The log knows those changed until now.

Not here: keeping them from now on (`services.committee`).
"""

import json
from typing import Any

from django.db import migrations, models


def recall(apps: Any, schema_editor: Any) -> None:
    """Each former name once, the oldest first, without the present one."""
    entries = apps.get_model("audit", "AuditEntry").objects.filter(action="committee.change").order_by("seq")
    profiles = {one.unit_id: one for one in apps.get_model("units", "CommitteeProfile").objects.all()}
    for ward_id, detail in entries.values_list("ward_id", "detail"):
        profile = profiles.get(ward_id)
        for change in json.loads(detail).get("changes", ()) if profile else ():
            known = [profile.name, *profile.former_names]
            if change["what"] == "Tên đảng ủy" and change["old"] not in known:
                profile.former_names.append(change["old"])
    for profile in profiles.values():
        if profile.former_names:
            profile.save(update_fields=["former_names"])


class Migration(migrations.Migration):
    """Numbers run on over a change of name."""

    dependencies = [("units", "0014_public_board"), ("audit", "0003_search_by_result")]

    operations = [
        migrations.AddField(
            "committeeprofile",
            "former_names",
            models.JSONField(
                "tên trước đây", default=list, blank=True,
                help_text="Tên cũ trước, mới sau; văn bản ký dưới tên này vẫn là của mình.",
            ),
        ),
        migrations.RunPython(recall, migrations.RunPython.noop),
    ]
