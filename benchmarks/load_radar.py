"""The load radar of a draft to 100,000 members beside five earlier papers of the same members, against bare grouped SQL.

Half a million obligations, half of them sent. Not here: the draft's preview itself.
"""

from datetime import date, timedelta

from benchmarks.harness import Comparison, compare, fresh_database, start_django
from benchmarks.issue_directive import AT, DUE, MEMBERS, _make_roster_and_draft

TITLE = "load radar beside 500,000 obligations"
TARGET = 3.0
EARLIER = 5
TITLE_OF_ALL = "Bài thu hoạch Nghị quyết số 02-NQ/TW"


def run() -> Comparison:
    """The note tells what the radar says, so that an empty one cannot look fast."""
    start_django()
    from django.db import connection  # noqa: PLC0415 (after start_django)

    from directives.load_radar import radar_of  # noqa: PLC0415
    from directives.services.preview import preview_issue  # noqa: PLC0415
    from tests.factories.units import make_user  # noqa: PLC0415
    from units.choices import Role  # noqa: PLC0415

    with fresh_database():
        draft = _make_roster_and_draft()
        draft.requirements.update(title=TITLE_OF_ALL)
        _issue_earlier(draft)
        officer = make_user(Role.OFFICE, draft.ward)
        shown = preview_issue(directive=draft, at=AT)

        def floor() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT unit_id, requirement_id, due_at, COUNT(*) FROM directives_obligation"
                    " WHERE state IN ('PENDING', 'RETURNED') AND due_at BETWEEN %s AND %s GROUP BY 1, 2, 3",
                    [DUE - timedelta(days=7), DUE + timedelta(days=8)],
                )
                cursor.fetchall()
                cursor.execute(
                    "SELECT requirement_id, COUNT(*), COUNT(first_submitted_at),"
                    " SUM(CASE WHEN first_submitted_at < due_at THEN 1 ELSE 0 END) FROM directives_obligation"
                    " WHERE state <> 'WAIVED' GROUP BY 1"
                )
                cursor.fetchall()

        radar = radar_of(shown, user=officer, at=AT)
        note = f"{radar.busy} of {radar.units} units busy, the most {radar.most} duties; {len(radar.alike)} alike"
        return compare(floor=floor, product=lambda: radar_of(shown, user=officer, at=AT), rounds=3, note=note)


def _issue_earlier(draft) -> None:
    """Papers of the weeks before with a last day near the draft's; every second member has sent."""
    from django.db import connection  # noqa: PLC0415 (after start_django)

    from tests.factories.directives import make_directive, make_requirement  # noqa: PLC0415

    for number in range(EARLIER):
        paper = make_directive(draft.ward, number=10 + number, issued_on=date(2026, 4, 1), subject="Học tập chuyên đề")
        asked = make_requirement(paper, due_at=DUE + timedelta(days=number), title=TITLE_OF_ALL)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO directives_obligation (unit_id, member_id, ward_id, requirement_id, period, state, due_at,"
                " certainty, waiver_reason, waiver_note, created_at, first_submitted_at, submitted_at)"
                " SELECT unit_id, member_id, %s, %s, '', CASE WHEN (member_id / 1000) %% 2 = 0 THEN 'SUBMITTED' ELSE 'PENDING' END, %s,"
                " 'CERTAIN', '', '', %s, CASE WHEN (member_id / 1000) %% 2 = 0 THEN %s END, CASE WHEN (member_id / 1000) %% 2 = 0 THEN %s END"
                " FROM units_membership WHERE valid_to IS NULL",
                [
                    draft.ward_id,
                    asked.pk,
                    DUE + timedelta(days=number),
                    *[AT - timedelta(days=9)],
                    *[AT - timedelta(days=4)] * 2,
                ],
            )
        assert asked.obligations.count() == MEMBERS
