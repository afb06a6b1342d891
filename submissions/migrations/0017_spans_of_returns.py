# Written by hand: rows only.

from django.db import migrations


def fill(apps, schema_editor):
    """Of papers returned and sent anew before spans were kept: owed from the return until the next version came."""
    versions = apps.get_model("submissions", "SubmissionVersion").objects
    spans = apps.get_model("directives", "ObligationSpan").objects
    returned = apps.get_model("submissions", "Decision").objects.filter(verdict="RETURN")
    for decision in returned.select_related("version__submission").order_by("pk").iterator():
        version = decision.version
        following = versions.filter(submission=version.submission_id, number__gt=version.number).order_by("number").first()
        if following is not None and following.received_at > decision.decided_at:
            spans.create(
                obligation_id=version.submission.obligation_id,
                kind="RETURNED",
                since=decision.decided_at,
                until=following.received_at,
                fix_by=decision.fix_by,
            )


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0023_spans_of_the_past'),
        ('submissions', '0016_long_scans_in_pieces'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
