"""The demo campaign: two directives issued through the verbs, deposits, decisions and sessions up to `at`.

Not here: people (`people.py`), pages (`scans.py`), accounts (`ward.py`).
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from directives.audiences import Audience
from directives.choices import DirectiveKind, ObligationState, RequirementKind
from directives.coverage import is_owed_by_members
from directives.models import Directive, Obligation, Requirement
from directives.services.deadlines import declare_event
from directives.services.drafts import Ask, DirectiveHead, add_requirement, create_directive
from directives.services.issuing import issue_directive
from phucloi_portal.demo.scans import essay_scan, report_scan
from submissions.choices import Door, InspectionState
from submissions.directory import load_directory
from submissions.filenames import canonical_name
from submissions.people import ORDINARY_POST, Directory, posts_of, roster_name
from submissions.services.inspecting import inspect_now, must_begin_as_pdf
from submissions.services.reviewing import accept, proposed_fix_by, return_for_revision
from submissions.services.submitting import Answer, FileToSubmit, hand_in
from units.choices import CELL_KINDS, GRASSROOTS_KINDS, Block, PositionGroup
from units.models import Unit, User
from units.signing import signer_on
from vault import services as vault
from vietnamese.dates import format_date, local_day

_OUTLINE = (
    "Thời gian tổ chức sinh hoạt chính trị",
    "Nội dung sinh hoạt chính trị đã triển khai",
    "Các ý kiến trao đổi, thảo luận",
    "Đánh giá không khí thảo luận",
    "Nắm bắt thông tin dư luận trước, trong và sau buổi sinh hoạt",
    "Tổng hợp những đề xuất, kiến nghị của chi bộ và đảng viên",
)
_REASONS = (
    "Thiếu chữ ký của người viết ở trang cuối. Ký rồi quét lại giúp.",
    "Trang quét mờ, không đọc được. Quét lại ở 200–300 dpi giúp.",
    "Thiếu trang, bài dừng giữa câu. Gửi lại đủ trang giúp.",
)
_REPORT_LINES = (
    "Chi bộ đã tổ chức quán triệt đầy đủ nội dung Nghị quyết số 02-NQ/TW tới toàn thể đảng viên.",
    "Không khí thảo luận sôi nổi, các ý kiến thống nhất cao với mục tiêu, giải pháp Nghị quyết đề ra.",
    "Chi bộ kiến nghị cấp trên tiếp tục tuyên truyền bằng hình thức trực quan tại nhà văn hóa tổ dân phố.",
)
_SENT, _ACCEPTED, _RETURNED, _REPAIRED, _HELD = 0.62, 0.66, 0.10, 0.5, 0.3
_WORK_OF_VISITORS = ("TDP05", "TR01")  # units of the demo secretaries: something is left for them to do


@dataclass
class Cast:
    """Who acts in the campaign: the ward, its administrator and officer, the secretary's account of each unit."""

    ward: Unit
    admin: User
    office: User
    secretaries: dict[int, User]


def run_campaign(cast: Cast, *, seed: int, at: datetime) -> list[Directive]:
    """Issue both directives before `at` and play what happened since; every act is dated before `at`."""
    dice = Random(seed)  # noqa: S311
    plan = _plan(cast, at=at)
    letter = _letter(cast, at=at)
    directory = load_directory(ward=cast.ward, day=local_day(at))
    for directive in (plan, letter):
        for requirement in directive.requirements.order_by("order"):
            if requirement.kind == RequirementKind.ACTIVITY:
                _hold(requirement, cast, dice, at)
            else:
                _collect(requirement, cast, directory, dice, at)
    return [plan, letter]


def _plan(cast: Cast, *, at: datetime) -> Directive:
    """Kế hoạch 53-KH/ĐU: a conference by next week, a report due the day before yesterday."""
    day = local_day(at)
    issued_on = day - timedelta(days=16)
    asks = (
        Ask(
            kind=RequirementKind.ACTIVITY,
            title="Hội nghị quán triệt tại đơn vị",
            audience=Audience(unit_kinds=tuple(GRASSROOTS_KINDS)),
            deadline_phrase=f"hoàn thành đến hết ngày {format_date(day + timedelta(days=6))}",
        ),
        Ask(
            kind=RequirementKind.REPORT,
            title="Báo cáo kết quả học tập Nghị quyết",
            audience=Audience(unit_kinds=tuple(GRASSROOTS_KINDS)),
            deadline_phrase=f"trước ngày {format_date(day - timedelta(days=1))}",
            outline=_OUTLINE,
        ),
    )
    head = _head(
        cast, DirectiveKind.KH, 53, issued_on,
        "Nghiên cứu, học tập, quán triệt, tuyên truyền Nghị quyết số 02-NQ/TW của Bộ Chính trị",
    )  # fmt: skip
    bases = ("Kế hoạch số 55-KH/TU, ngày 06/4/2026 của Thành ủy Hà Nội",)
    return _issue(cast, head, bases, asks, at=at - timedelta(days=16))


def _letter(cast: Cast, *, at: datetime) -> Directive:
    """Công văn 128-CV/ĐU, like the real one: essays of three groups, a thematic meeting, its report three days after."""
    day = local_day(at)
    due = f"trước ngày {format_date(day + timedelta(days=4))}"
    blocks = (Block.ADMINISTRATION, Block.SCHOOL, Block.ENTERPRISE)
    asks = (
        Ask(
            kind=RequirementKind.ESSAY,
            title="Bài thu hoạch của Ban Thường vụ",
            audience=Audience(groups=(PositionGroup.STANDING_COMMITTEE,)),
            deadline_phrase=due,
        ),
        Ask(
            kind=RequirementKind.ESSAY,
            title="Bài thu hoạch của cán bộ chủ chốt",
            audience=Audience(
                groups=(
                    PositionGroup.EXECUTIVE_COMMITTEE,
                    PositionGroup.OFFICE_HEAD,
                    PositionGroup.CELL_SECRETARY,
                )
            ),
            deadline_phrase=due,
        ),
        Ask(
            kind=RequirementKind.ESSAY,
            title="Bài thu hoạch Nghị quyết số 02-NQ/TW",
            audience=Audience(blocks=tuple(blocks)),
            deadline_phrase=due,
            description="Bản scan PDF, có ký xác nhận trực tiếp của người viết.",
        ),
        Ask(
            kind=RequirementKind.ACTIVITY,
            title="Sinh hoạt chuyên đề Nghị quyết số 02-NQ/TW",
            audience=Audience(unit_kinds=tuple(CELL_KINDS)),
            deadline_phrase=f"hoàn thành đến hết ngày {format_date(day + timedelta(days=30))}",
        ),
    )
    head = _head(
        cast, DirectiveKind.CV, 128, day - timedelta(days=8),
        "Tiếp tục học tập, quán triệt và triển khai Nghị quyết số 02-NQ/TW và tổ chức đợt sinh hoạt chuyên đề",
    )  # fmt: skip
    bases = (
        "Công văn số 698-CV/BTGDVTU ngày 21/4/2026 của Ban Tuyên giáo và Dân vận Thành ủy",
        "Công văn số 701-CV/BTGDVTU ngày 21/4/2026 của Ban Tuyên giáo và Dân vận Thành ủy",
    )

    def report(requirements: list[Requirement]) -> Ask:
        return Ask(
            kind=RequirementKind.REPORT,
            title="Báo cáo kết quả sinh hoạt chuyên đề",
            audience=Audience(unit_kinds=tuple(CELL_KINDS)),
            deadline_phrase="chậm nhất sau 03 ngày tổ chức",
            anchor=requirements[-1],
            outline=_OUTLINE,
        )

    return _issue(cast, head, bases, asks, at=at - timedelta(days=8), last=report)


def _head(cast: Cast, kind: str, number: int, issued_on: date, subject: str) -> DirectiveHead:
    profile, signer = cast.ward.profile, signer_on(cast.ward, issued_on)
    return DirectiveHead(
        kind=kind,
        symbol=f"{kind}/{profile.issuer_code}",
        number=number,
        issued_on=issued_on,
        issuer=profile.name,
        superior=profile.superior_name,
        place=profile.place_name,
        subject=subject,
        signing_authority=signer.authority,
        signer=signer.name,
        signer_post=signer.post,
        addressees="Các chi bộ, đảng bộ trực thuộc",
        recipients="Thường trực Đảng ủy\nNhư kính gửi\nLưu Văn phòng Đảng ủy",
    )


def _issue(
    cast: Cast,
    head: DirectiveHead,
    bases: Iterable[str],
    asks: Iterable[Ask],
    *,
    at: datetime,
    last: Callable[[list[Requirement]], Ask] | None = None,
) -> Directive:
    directive = create_directive(ward=cast.ward, head=head, legal_bases=tuple(bases), by=cast.admin, at=at)
    added = [add_requirement(directive=directive, ask=ask, by=cast.admin, at=at) for ask in asks]
    if last is not None:
        add_requirement(directive=directive, ask=last(added), by=cast.admin, at=at)
    return issue_directive(directive=directive, by=cast.admin, at=at).directive


def _hold(requirement: Requirement, cast: Cast, dice: Random, at: datetime) -> None:
    """Some units held their session between the issue and yesterday."""
    issued_on = requirement.directive.issued_on
    past = max((local_day(at) - issued_on).days - 1, 1) if issued_on else 1
    for obligation in requirement.obligations.select_related("unit").order_by("pk"):
        if obligation.unit.code in _WORK_OF_VISITORS or dice.random() > _HELD:
            continue
        held_on = local_day(at) - timedelta(days=dice.randint(1, past))
        declare_event(
            obligation=obligation,
            held_on=held_on,
            by=cast.secretaries.get(obligation.unit_id),
            at=_moment(held_on, dice, at),
        )


def _collect(requirement: Requirement, cast: Cast, directory: Directory, dice: Random, at: datetime) -> None:
    """Deposits unit by unit, then the office's decisions, then some corrected versions."""
    by_unit: dict[int, list[Obligation]] = defaultdict(list)
    pending = requirement.obligations.filter(state=ObligationState.PENDING)
    for obligation in pending.select_related("unit", "member", "requirement__directive").order_by("pk"):
        waits_for_event = requirement.anchor_id is not None and obligation.held_on is None
        share = _SENT / 2 if obligation.unit.code in _WORK_OF_VISITORS else _SENT
        if not waits_for_event and dice.random() < share:
            by_unit[obligation.unit_id].append(obligation)
    issued = requirement.directive.issued_at or at
    for obligations in by_unit.values():
        moment = issued + (at - issued) * dice.uniform(0.15, 0.9)
        _deposit(obligations, cast, directory, dice, moment)
        for obligation in obligations:
            _decide(obligation, cast, directory, dice, moment + (at - moment) * 0.4, at)


def _deposit(obligations: list[Obligation], cast: Cast, directory: Directory, dice: Random, moment: datetime) -> None:
    first = obligations[0]
    answers = [Answer(obligation, (_stored(obligation, directory, dice, moment),)) for obligation in obligations]
    hand_in(
        answers=answers,
        unit=first.unit,
        requirement=first.requirement,
        submitted_by=cast.secretaries.get(first.unit_id, cast.office),
        door=Door.BROWSER,
        received_at=moment,
        idempotency_key=f"demo-{first.pk}-{moment.isoformat()}",
    )


def _stored(obligation: Obligation, directory: Directory, dice: Random, moment: datetime) -> FileToSubmit:
    """A scan in the vault, inspected, under its canonical name."""
    seed = dice.getrandbits(32)
    unit = directory.unit(obligation.unit_id)
    if is_owed_by_members(obligation.requirement) and obligation.member is not None:
        person = next(one for one in directory.persons if one.id == obligation.member_id)
        posts = posts_of(person, obligation.unit_id)
        content = essay_scan(
            name=person.full_name, post=(posts or (ORDINARY_POST,))[0], unit=str(obligation.unit), seed=seed,
            pages=dice.choice((1, 2, 2, 3)),
        )  # fmt: skip
        name = roster_name(person, unit)
    else:
        content = report_scan(
            unit=str(obligation.unit), signer="Bí thư chi bộ", title=obligation.requirement.title, lines=_REPORT_LINES,
            seed=seed,
        )  # fmt: skip
        name = canonical_name(
            full_name=str(obligation.unit), positions=(), unit=obligation.requirement.get_kind_display()
        )
    blob = vault.put(
        stream=io.BytesIO(content),
        media_type="application/pdf",
        limit=len(content),
        now=moment,
        check_head=must_begin_as_pdf,
    )
    inspection = inspect_now(blob=blob, at=moment)
    if inspection.state != InspectionState.CLEAN:
        raise RuntimeError(f"a page scan of the demo is {inspection.state}")
    return FileToSubmit(blob=blob, original_name=name, canonical_name=name)


def _decide(
    obligation: Obligation, cast: Cast, directory: Directory, dice: Random, moment: datetime, at: datetime
) -> None:
    """The office accepts most, returns a few with a reason; half of those are corrected."""
    version = Obligation.objects.select_related("submission__current").get(pk=obligation.pk).submission.current
    draw = dice.random()
    if version is None or draw > _ACCEPTED + _RETURNED:
        return
    if draw < _ACCEPTED:
        accept(version=version, decided_by=cast.office, at=moment)
        return
    return_for_revision(
        version=version,
        reason=dice.choice(_REASONS),
        fix_by=proposed_fix_by(ward=cast.ward, at=moment),
        decided_by=cast.office,
        at=moment,
    )
    if dice.random() < _REPAIRED:
        _deposit([obligation], cast, directory, dice, moment + (at - moment) * 0.5)


def _moment(day: date, dice: Random, at: datetime) -> datetime:
    """An hour of the day, never after `at`."""
    local = at.replace(
        year=day.year, month=day.month, day=day.day, hour=dice.randint(9, 20), minute=dice.randint(0, 59)
    )
    return min(local, at)
