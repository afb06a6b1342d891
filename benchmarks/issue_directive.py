"""Issuing one directive to 100,000 members of 500 units, against a bare INSERT … SELECT of the same rows.

The product also checks the draft, takes exempt members out as waived, counts whom nobody addresses, and records the act.
Not here: issuing itself (`directives.services.issuing`).
"""

from datetime import date, datetime

from benchmarks.harness import Comparison, compare, fresh_database, start_django
from vietnamese.dates import VIETNAM

TITLE = "issue a directive to 100,000 members"
TARGET = 1.2
UNITS, MEMBERS = 500, 100_000
AT = datetime(2026, 4, 21, 9, 0, tzinfo=VIETNAM)
DUE = datetime(2026, 4, 28, 0, 0, tzinfo=VIETNAM)


def run() -> Comparison:
    """Both on a roster where one member in fifty is exempt."""
    start_django()
    from django.db import connection, transaction  # noqa: PLC0415 (after start_django)

    from directives.choices import DirectiveState  # noqa: PLC0415
    from directives.models import Directive, Obligation  # noqa: PLC0415
    from directives.services.issuing import issue_directive  # noqa: PLC0415

    with fresh_database():
        directive = _make_roster_and_draft()
        requirement = directive.requirements.get()
        table, source = Obligation._meta.db_table, "units_membership"

        def before() -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table}")
            Directive.objects.update(state=DirectiveState.DRAFT, issued_at=None)

        def floor() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {table} (unit_id, member_id, ward_id, requirement_id, period, state, due_at, certainty,"
                    " waiver_reason, waiver_note, created_at)"
                    " SELECT unit_id, member_id, %s, %s, '', 'PENDING', %s, 'CERTAIN', '', '', %s"
                    f" FROM {source} WHERE valid_to IS NULL",
                    [directive.ward_id, requirement.pk, DUE, AT],
                )

        def product() -> None:
            issued = issue_directive(directive=directive, by=None, at=AT)
            assert (issued.obligations, issued.waived, issued.uncovered_members) == (MEMBERS, MEMBERS // 50, 0)

        return compare(floor=floor, product=product, before=before, rounds=5)


def _make_roster_and_draft():
    from directives.choices import Certainty, DirectiveKind, RequirementKind  # noqa: PLC0415 (after start_django)
    from directives.models import Directive, Requirement  # noqa: PLC0415
    from tests.factories.units import make_unit, make_ward  # noqa: PLC0415
    from units.keys import member_keys  # noqa: PLC0415
    from units.models import Exemption, Member, Membership  # noqa: PLC0415

    ward, long_ago = make_ward(), date(2020, 1, 1)
    units = [make_unit(ward) for _ in range(UNITS)]
    members = Member.objects.bulk_create(
        [Member(**member_keys(f"Nguyễn Văn An {n}"), ward=ward) for n in range(MEMBERS)], batch_size=5000
    )
    Membership.objects.bulk_create(
        [Membership(member=m, unit=units[n % UNITS], valid_from=long_ago) for n, m in enumerate(members)],
        batch_size=5000,
    )
    Exemption.objects.bulk_create(
        [Exemption(member=member, decision="03-QĐ/ĐU", valid_from=long_ago) for member in members[::50]]
    )
    directive = Directive.objects.create(
        ward=ward, kind=DirectiveKind.CV, number=53, symbol="CV/ĐU", issuer="Đảng ủy phường", subject="Học tập",
        issued_on=AT.date(), created_at=AT,
    )  # fmt: skip
    Requirement.objects.create(
        directive=directive, order=1, kind=RequirementKind.ESSAY, title="Bài thu hoạch", due_at=DUE,
        certainty=Certainty.CERTAIN, deadline_phrase="trước ngày 28/4/2026", deadline_rule="R1",
        audience={"groups": ["MEMBER"]},
    )  # fmt: skip
    return directive
