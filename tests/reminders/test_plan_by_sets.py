"""Random wards planned twice: by sets in the database, and debt by debt by the pure gathering. Letter by letter and count
by count they are one.

Not here: single cases (`test_planning.py`).
"""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from directives.models import Acknowledgement, Obligation
from outbox.models import BadAddress
from outbox.services import is_address
from outbox.usual import is_usual
from reminders.digests import SKIP_WORDS, Letter
from reminders.models import Digest, LadderSetting, MailChoice, Promise, Reminder, Ruling
from reminders.plan_rows import PlanGone
from reminders.planning import Plan, plan, plan_wards
from reminders.services import plan_ward
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import appoint, exempt, make_cluster, make_member, make_unit, make_user, make_ward
from tests.reminders.gathered import gathered
from tests.reminders.scene import make_scene
from units.choices import PositionGroup, Role, UnitKind
from units.models import CommitteeProfile, Member, Membership, Unit

pytestmark = pytest.mark.django_db
DAYS = (at(22, hour=7), at(24, hour=7), at(28, hour=7), at(29, hour=7), at(4, 5, hour=7), at(6, 5, hour=7))
ADDRESSES = (
    "", "", "m{n}@x.vn", "m{n}@x.vn", "M{n}@X.vn", "m{n}@x.info", "hai.nguoi@x.vn", "chung@x.vn", "không phải", "a..b@x.vn",
    "m-{n}_a+b@mail.x.com.vn", "hong{n}@x.vn",
)  # fmt: skip


class World:
    """A ward in which everything that a plan looks at happens somewhere."""

    def __init__(self, chance: random.Random, code: str) -> None:
        self.chance = chance
        self.ward = make_ward(code=code)
        CommitteeProfile.objects.filter(unit=self.ward).update(mailbox=chance.choice(["", "vanphong@x.vn"]))
        self.clusters = [make_cluster(self.ward) for _ in range(2)]
        self.members: list[Member] = []
        self.units = [self._unit(number) for number in range(7)]
        self._accounts()
        self.debts: list[Obligation] = []
        self._asked()
        self._noted()

    def some(self, things: list[Any], number: int) -> list[Any]:
        return self.chance.sample(things, min(number, len(things)))

    def address(self) -> str:
        return self.chance.choice(ADDRESSES).format(n=self.chance.randrange(12))

    def _unit(self, number: int) -> Unit:
        chance = self.chance
        above = self.units[-1] if number and getattr(self, "units", None) else None
        kind = chance.choice([UnitKind.GRASSROOTS_CELL, UnitKind.GRASSROOTS_COMMITTEE, UnitKind.OFFICE])
        unit = make_unit(self.ward, kind=kind)
        if number % 3 == 0:
            Unit.objects.filter(pk=unit.pk).update(cluster=chance.choice([None, *self.clusters]))
        group = PositionGroup.OFFICE_HEAD if kind == UnitKind.OFFICE else PositionGroup.CELL_SECRETARY
        parts = [unit]
        if kind == UnitKind.GRASSROOTS_COMMITTEE:
            parts.append(make_unit(self.ward, kind=UnitKind.SUB_CELL, parent=unit))
        for part in parts:
            for title in self.some(["Bí thư", "Phó Bí thư", "Phó Bí thư Thường trực"], chance.randrange(3)):
                self.members.append(member := make_member(part, email=self.address()))
                appoint(member, title, unit=part, group=group)
            self.members += [make_member(part, email=self.address()) for _ in range(chance.randrange(1, 5))]
        assert above is None
        return chance.choice(parts)

    def _accounts(self) -> None:
        chance, ward = self.chance, self.ward
        self.users = []
        for number, member in enumerate(self.some(self.members, 8)):
            email = chance.choice([f"tk{number}@x.vn", f"TK{number}@tai-khoan.vn"])
            user = make_user(Role.MEMBER, member=member, unit=chance.choice(self.units), email=ward.code + email)
            self.users.append(user)
        second = make_user(Role.MEMBER, member=self.users[0].member, unit=self.units[0], email=f"{ward.code}hai@x.vn")
        self.users.append(second)
        for number in range(3):
            member = chance.choice([None, chance.choice(self.members)])
            unit = chance.choice(self.units)
            self.users.append(make_user(Role.SECRETARY, unit, member=member, email=f"{ward.code}bt{number}@x.vn"))
        for cluster in self.some(self.clusters, chance.randrange(3)):
            member = chance.choice([None, *self.some(self.members, 2)])
            email = f"{ward.code}cum{cluster.order}@x.vn"
            self.users.append(make_user(Role.CLUSTER_LEAD, ward, cluster=cluster, member=member, email=email))
        for user in self.some(self.users, 2):
            user.is_active = False
            user.save(update_fields=["is_active"])

    def _asked(self) -> None:
        chance = self.chance
        directive = make_directive(self.ward, issued_at=at(15, hour=8))
        dues = [at(28), at(25, hour=17), at(29), at(27), at(8, 5)]
        essays = [make_requirement(directive, due_at=chance.choice(dues)) for _ in range(2)]
        report = make_requirement(directive, kind="REPORT", due_at=at(28))
        form = make_requirement(directive, kind="OVERSIGHT", due_at=at(28))
        for requirement in essays:
            for member in self.some(self.members, 18):
                self._owe(requirement, member)
        for requirement in (report, form):
            for unit in {one.pk: one for one in self.some(self.units, 6)}.values():
                self._owe(requirement, unit)
        for unit in self.some(list({one.pk: one for one in self.units}.values()), 3):
            Acknowledgement.objects.create(directive=directive, unit=unit, asked_at=chance.choice([at(20), at(22)]))
        if chance.random() < 0.5:
            LadderSetting.objects.create(
                ward=self.ward, requirement=chance.choice([None, essays[0]]), before=[6, 4], after=[1], weeks=1,
                unit_from=chance.choice([None, -4, 1]), cluster_from=chance.choice([None, -7]), changed_at=at(1),
            )  # fmt: skip

    def _owe(self, requirement: Any, party: Member | Unit) -> None:
        chance = self.chance
        row = make_obligation(requirement, party, created_at=at(15, hour=8))
        row.due_at = chance.choice([row.due_at] * 4 + [at(28), at(29, hour=16), None])
        row.certainty = "TENTATIVE" if chance.random() < 0.1 else row.certainty
        if chance.random() < 0.15:
            row.state, row.first_submitted_at, row.submitted_at = "RETURNED", at(16), at(16)
            row.fix_by = chance.choice([None, at(28), at(8, 5)])
        elif chance.random() < 0.1:
            row.state, row.first_submitted_at, row.submitted_at = "SUBMITTED", at(16), at(16)
        row.save()
        self.debts.append(row)

    def _noted(self) -> None:
        chance, ward = self.chance, self.ward
        for member in self.some(self.members, 2):
            exempt(member, since=date(2026, 4, 20), until=chance.choice([None, date(2026, 4, 28)]))
        Member.objects.filter(pk__in=[one.pk for one in self.some(self.members, 2)]).update(status="DECEASED")
        for member in self.some(self.members, 3):
            Membership.objects.filter(member=member).update(
                valid_to=chance.choice([date(2026, 4, 23), date(2026, 4, 29)])
            )
        for debt in self.some(self.debts, 8):
            day = chance.choice([date(2026, 4, day) for day in (21, 22, 23, 24, 28, 29)])
            Promise.objects.create(obligation=debt, day=day, at=at(chance.randrange(18, 21)))
        for address in ("hong1@x.vn", "hong2@x.vn", "chung@x.vn")[: chance.randrange(4)]:
            BadAddress.objects.get_or_create(address=address, defaults={"reason": "550", "since": at(1)})
        for address in self.some(["m1@x.vn", "m2@x.vn", "hai.nguoi@x.vn", "m3@x.vn"], chance.randrange(5)):
            kinds = chance.choice([["STRIKE"], ["HOLD"], ["HOLD", "STRIKE"]])
            for kind in kinds:
                Ruling.objects.create(
                    ward=ward, address=address, kind=kind, first_day=date(2026, 4, 22), last_day=date(2026, 4, 28), at=at(20)
                )  # fmt: skip
        if chance.random() < 0.7:
            for user in self.some(self.users, 6):
                MailChoice.objects.create(user=user, quiet=chance.choice(["ALL", "LATE", "NONE"]), hour=9)


def comparable(letter: Letter) -> tuple[Any, ...]:
    return letter.person, letter.own, letter.of_units, letter.watched, letter.through


def shown(planned: Plan) -> tuple[Any, ...]:
    return (
        [comparable(one) for one in planned.letters],
        [comparable(one) for one in planned.quiet],
        planned.skipped,
        (len(planned.letters), len(planned.quiet), planned.number_without_address),
        {duty.obligation_id for duty in planned.without_address()},
    )


def reckoned(world: World, moment: datetime, **how: Any) -> tuple[Any, ...]:
    found = gathered(world.ward, moment, **how)
    letters, quiet, without = found.gathering.letters, found.gathering.quiet, found.gathering.without_address
    return (
        [comparable(one) for one in letters],
        [comparable(one) for one in quiet],
        found.skipped,
        (len(letters), len(quiet), len(without)),
        {duty.obligation_id for duty in without},
    )


def _note_as_told(world: World, letter: Letter, moment: datetime, chance: random.Random) -> None:
    """Half of the letter was said before, by hand; today, or the day before, when another letter may go today."""
    address, day = letter.person.address, moment.date() - timedelta(days=chance.randrange(2))
    digest, _ = Digest.objects.get_or_create(
        ward=world.ward, address=address, day=day, defaults={"name": "", "planned_at": moment}
    )
    for duty, unit_id in letter.told():
        if chance.random() < 0.5:
            Reminder.objects.create(
                obligation_id=duty.obligation_id, stage=duty.stage, due_at=duty.due_at, digest=digest, address=address,
                unit_id=unit_id,
            )  # fmt: skip


_met: Counter[str] = Counter()


@pytest.mark.parametrize("seed", range(12))
def test_a_random_ward_is_planned_by_sets_as_it_is_debt_by_debt(seed):
    chance = random.Random(seed)
    world = World(chance, f"W{seed}")
    for moment in DAYS:
        by_sets = shown(plan(ward=world.ward, at=moment))
        assert by_sets == reckoned(world, moment)
        _met.update({"letters": len(by_sets[0]), "quiet": len(by_sets[1]), **by_sets[2]})
        if chance.random() < 0.5:
            for letter in [one for one in plan(ward=world.ward, at=moment).letters if chance.random() < 0.5]:
                _note_as_told(world, letter, moment, chance)
            again = shown(plan(ward=world.ward, at=moment))
            assert again == reckoned(world, moment)
            _met.update(again[2])
    later = shown(plan(ward=world.ward, at=at(29, hour=7), after=date(2026, 4, 23)))
    assert later == reckoned(world, at(29, hour=7), after=date(2026, 4, 23))
    chosen = {debt.pk for debt in world.some(world.debts, 25)}
    asked = plan(ward=world.ward, at=at(23, hour=9), asked=Obligation.objects.filter(pk__in=chosen))
    assert shown(asked) == reckoned(world, at(23, hour=9), asked=chosen)


def test_the_random_wards_met_every_reason():
    """Else the test above would prove less than it says; it runs before in this file."""
    assert set(_met) >= {*SKIP_WORDS, "letters", "quiet"}
    assert min(_met[reason] for reason in SKIP_WORDS) > 0


@pytest.mark.parametrize("seed", range(3))
def test_what_is_written_down_is_what_the_letters_tell(seed):
    world = World(random.Random(seed), f"W{seed}")
    for moment in DAYS[1:4]:
        letters = list(plan(ward=world.ward, at=moment).letters)
        must = {
            (one.person.address, duty.obligation_id, duty.stage, duty.due_at, unit_id)
            for one in letters
            for duty, unit_id in one.told()
        }
        people = {one.person.address: (one.person.member_id, one.person.name, one.person.post) for one in letters}
        plan_ward(ward=world.ward, at=moment)
        digests = Digest.objects.filter(day=moment.date())
        rows = Reminder.objects.filter(digest__in=digests)
        assert set(rows.values_list("address", "obligation_id", "stage", "due_at", "unit_id")) == must
        assert rows.count() == len(must)
        written = {one.address: (one.member_id, one.name, one.post) for one in digests.select_related("mail")}
        assert written == people
        assert all(one.mail.to_address == one.address for one in digests.select_related("mail"))


def test_wards_together_are_what_they_are_one_by_one():
    worlds = [World(random.Random(seed), f"W{seed}") for seed in (3, 4)]
    together = [shown(one) for one in plan_wards(wards=[one.ward for one in worlds], at=at(24, hour=7))]
    assert together == [reckoned(one, at(24, hour=7)) for one in worlds]


def test_pages_of_letters_are_cuts_of_the_whole():
    scene = make_scene()
    scene.owe("an essay", "chi essay", "cell report", "office report")
    letters = plan(ward=scene.ward, at=at(24, hour=7)).letters
    everybody = [comparable(one) for one in letters]
    assert [one[0].address for one in everybody] == sorted(one[0].address for one in everybody)
    assert [comparable(one) for one in letters[2:4]] == everybody[2:4]
    assert [comparable(one) for one in letters[3:100]] == everybody[3:]
    assert letters[6:9] == []
    assert comparable(letters[-1]) == everybody[-1]


def test_a_plan_cannot_be_read_once_another_was_made():
    scene = make_scene()
    scene.owe("an essay")
    first = plan(ward=scene.ward, at=at(24, hour=7))
    second = plan(ward=scene.ward, at=at(24, hour=7))
    assert len(first.letters) == len(list(second.letters)) == 3
    with pytest.raises(PlanGone):
        list(first.letters)


def test_many_letters_go_through_in_batches(monkeypatch):
    scene = make_scene()
    scene.owe("an essay", "chi essay", "cell report", "office report", "binh essay")
    whole = [comparable(one) for one in plan(ward=scene.ward, at=at(24, hour=7)).letters]
    monkeypatch.setattr("reminders.plan_letters.AT_ONCE", 2)
    assert [comparable(one) for one in plan(ward=scene.ward, at=at(24, hour=7)).letters] == whole
    plan_ward(ward=scene.ward, at=at(24, hour=7))
    assert set(Digest.objects.values_list("address", flat=True)) == {one[0].address for one in whole}
    assert set(Reminder.objects.values_list("address", flat=True)) == {one[0].address for one in whole}


USUAL = (
    "an@x.vn", "a.b-c_d+e@mail.gov.vn", "nguyen.van.an@phucloi.edu.vn", "1@2.com", "a@b.c.d.e.f.vn", "-a-@x.vn",
)  # fmt: skip
NOT_USUAL = (
    "", "an", "an@x", "An@x.vn", "an@X.vn", "a@b@c.vn", "a..b@x.vn", ".a@x.vn", "a.@x.vn", "a@.vn", "a@x..vn", "a@x.vn.", "a@x.v",
    "a@x.v1", "a@-x.vn", "a@x-y.vn", "a b@x.vn", "a@x.vn\n", "a@x.vn\nBcc: b@x.vn", "á@x.vn", "a@đ.vn", "a@x_y.vn", "a,b@x.vn",
    "x" * 120 + "@x.vn", "a@" + "x" * 64 + ".vn",
)  # fmt: skip


def told_usual(address: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM (SELECT CAST(%s AS text) AS address) AS typed WHERE {is_usual('address')}", [address]
        )
        return cursor.fetchone() is not None


def test_usual_addresses_are_told_by_the_database():
    assert [address for address in USUAL if not told_usual(address)] == []
    assert [address for address in NOT_USUAL if told_usual(address)] == []


LIKE_ADDRESSES = st.from_regex(r"[a-z0-9.@_+-]{1,4}@[a-z0-9.-]{1,6}\.[a-z0-9.]{1,4}", fullmatch=True)


def test_a_part_of_a_domain_that_is_too_long_spoils_no_letters():
    """A table of members takes what a form would refuse; one such address must not keep the others from their letters."""
    scene = make_scene()
    scene.owe("an essay", "chi essay")
    long, short = f"a@{'x' * 64}.vn", f"a@{'x' * 59}.vn"
    assert (is_address(long), is_address(short), told_usual(short)) == (False, True, True)
    member = Obligation.objects.filter(member__isnull=False).order_by("pk").first().member
    Member.objects.filter(pk=member.pk).update(email=long)
    plan_ward(ward=scene.ward, at=at(24, hour=7))
    assert not Digest.objects.filter(address=long).exists()
    assert Digest.objects.exists()


def test_what_the_database_calls_usual_mail_can_be_sent_to():
    """Never the other way: an address that is no address would raise when the mail is queued."""
    looked = []

    @trying(max_examples=500)
    @given(LIKE_ADDRESSES | st.emails())
    def look(address: str) -> None:
        if "\0" not in address and told_usual(address):
            looked.append(address)
            assert is_address(address)
            assert address == address.lower()

    look()
    assert len(looked) > 5


def test_a_member_is_written_to_at_an_unusual_address_of_his_account_or_not_at_a_wrong_one():
    scene = make_scene()
    scene.owe("an essay", "chi essay")
    an, chi = (one.member for one in Obligation.objects.filter(member__isnull=False).order_by("pk")[:2])
    Member.objects.filter(pk__in=[an.pk, chi.pk]).update(email="")
    make_user(member=an, email="An.Lớn@X.vn")
    make_user(member=chi, email="Chi@X.VN")
    planned = plan(ward=scene.ward, at=at(24, hour=7))
    addresses = {letter.person.address for letter in planned.letters}
    assert "chi@x.vn" in addresses
    assert not {one for one in addresses if one.startswith("an.")}


def test_unusual_addresses_are_found_by_their_indexes():
    """Else finding them costs as much as a fifth of the plan: five patterns for every debt."""
    scene = make_scene()
    scene.owe("an essay")
    rows = plan(ward=scene.ward, at=at(24, hour=7)).letters.rows
    with CaptureQueriesContext(connection) as asked:
        rows.odd_members(some_are_bad=False)
    [sql] = [one["sql"] for one in asked]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        way = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "member_unusual_address" in way
    assert "account_unusual_address" in way
