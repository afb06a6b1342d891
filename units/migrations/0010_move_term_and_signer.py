"""The one term and the one signer of each profile become rows; the columns go.

Not here: the tables (the migration before).
"""

from typing import Any

from django.db import migrations

_AUTHORITY, _POST = "T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ THƯỜNG TRỰC"


def move(apps: Any, schema_editor: Any) -> None:
    """A signer for whoever was named or signs otherwise than usual; a term for whichever has its first day."""
    signers, terms = apps.get_model("units", "Signer").objects, apps.get_model("units", "Term").objects
    for profile in apps.get_model("units", "CommitteeProfile").objects.all():
        if profile.signer or (profile.signer_post, profile.signing_authority) != (_POST, _AUTHORITY):
            signers.create(
                ward_id=profile.unit_id,
                name=profile.signer,
                post=profile.signer_post,
                authority=profile.signing_authority,
            )
        if profile.term_started_on:
            terms.create(ward_id=profile.unit_id, name=profile.term, starts_on=profile.term_started_on)


class Migration(migrations.Migration):
    """What was printed on papers before is printed after."""

    dependencies = [("units", "0009_terms_signers_reasons")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveField(model_name="committeeprofile", name="signer"),
        migrations.RemoveField(model_name="committeeprofile", name="signer_post"),
        migrations.RemoveField(model_name="committeeprofile", name="signing_authority"),
        migrations.RemoveField(model_name="committeeprofile", name="term"),
        migrations.RemoveField(model_name="committeeprofile", name="term_started_on"),
    ]
