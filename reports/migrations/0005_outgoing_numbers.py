"""Numbers of reports, letters and bundles move into the register of outgoing papers."""

import zoneinfo

import django.db.models.deletion
from django.db import migrations, models

_ZONE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
_KINDS = (
    ("SummaryReport", "BC", "báo cáo tổng hợp"),
    ("ChasingLetter", "CV", "công văn đôn đốc"),
    ("ForwardingBundle", "CV", "công văn chuyển bài"),
)


def enter(apps, schema_editor):
    """One row of the register each; where two papers had one number the earlier keeps it, the other's place is open."""
    numbers = apps.get_model("directives", "OutgoingNumber")
    terms = apps.get_model("units", "Term")
    for name, kind, words in _KINDS:
        for paper in apps.get_model("reports", name).objects.exclude(number=None).order_by("created_at", "pk"):
            day = paper.at.astimezone(_ZONE).date()
            term = terms.objects.filter(ward=paper.ward_id, starts_on__lte=day).order_by("-starts_on").first()
            if term is None or numbers.objects.filter(term=term, kind=kind, number=paper.number).exists():
                continue
            paper.outgoing = numbers.objects.create(
                ward_id=paper.ward_id, term=term, kind=kind, number=paper.number, state="TAKEN", day=day, about=words,
                directive_id=paper.directive_id, by_id=paper.created_by_id, at=paper.created_at,
            )  # fmt: skip
            paper.save(update_fields=["outgoing"])


def _outgoing():
    return models.OneToOneField(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
        to="directives.outgoingnumber", verbose_name="số văn bản đi",
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("directives", "0021_outgoing_numbers"), ("reports", "0004_letters_and_bundles")]
    run_before = [("directives", "0024_numbers_by_day")]  # there the rows that are entered here lose their term

    operations = [
        *(migrations.AddField(name.lower(), "outgoing", _outgoing()) for name, _, _ in _KINDS),
        migrations.RunPython(enter, migrations.RunPython.noop),
        *(migrations.RemoveField(name.lower(), "number") for name, _, _ in _KINDS),
    ]
