"""From duties to letters: who is told what, once. Pure.

Not here: reading duties and people from rows (`test_planning.py`).
"""

from collections import Counter
from datetime import datetime

from reminders.digests import STRUCK, Duty, Letter, Person, gather
from tests.factories.directives import DUE_AT, at

SECRETARY = Person("bithu@x.vn", "Trần Thị Bích Ngọc", "Bí thư, Chi bộ 1", member_id=1, has_account=True)
DEPUTY = Person("phobt@x.vn", "Lê Nam", "Phó bí thư, Chi bộ 1", member_id=2)
MEMBERS = {
    1: Person("bithu@x.vn", "Trần Thị Bích Ngọc", member_id=1),
    3: Person("an@x.vn", "Nguyễn Văn An", member_id=3),
}
CONTACTS = {10: (SECRETARY, DEPUTY), 11: (SECRETARY,)}


def duty(pk: int, member_id: int | None = None, unit_id: int = 10, due: datetime = DUE_AT, stage: str = "T-3") -> Duty:
    return Duty(pk, 100, unit_id, member_id, due, stage)


def told(letter: Letter) -> set[tuple[int, int | None]]:
    return {(found.obligation_id, unit_id) for found, unit_id in letter.told()}


def test_a_member_is_told_himself_and_his_unit_by_name():
    gathered = gather([duty(1, member_id=3)], members=MEMBERS, contacts=CONTACTS)
    assert {letter.person.address: told(letter) for letter in gathered.letters} == {
        "an@x.vn": {(1, None)},
        "bithu@x.vn": {(1, 10)},
        "phobt@x.vn": {(1, 10)},
    }
    assert gathered.letters[0].through == SECRETARY
    assert gathered.skipped == Counter()


def test_one_letter_for_a_person_with_several_roles():
    duties = [duty(1, member_id=1), duty(2, member_id=3), duty(3), duty(4, unit_id=11)]
    gathered = gather(duties, members=MEMBERS, contacts=CONTACTS)
    letters = {letter.person.address: letter for letter in gathered.letters}
    assert told(letters["bithu@x.vn"]) == {(1, None), (2, 10), (3, 10), (4, 11)}
    assert letters["bithu@x.vn"].person == SECRETARY
    assert told(letters["phobt@x.vn"]) == {(1, 10), (2, 10), (3, 10)}
    assert letters["bithu@x.vn"].through == DEPUTY


def test_people_without_address_are_reported_and_their_secretary_is_told():
    gathered = gather([duty(1, member_id=7), duty(2, member_id=8)], members=MEMBERS, contacts=CONTACTS)
    assert {letter.person.address for letter in gathered.letters} == {"bithu@x.vn", "phobt@x.vn"}
    assert gathered.skipped == Counter(no_address=2)
    assert [found.obligation_id for found in gathered.without_address] == [1, 2]


def test_units_without_contacts_are_reported_once():
    gathered = gather([duty(1, unit_id=99), duty(2, unit_id=99)], members={}, contacts=CONTACTS)
    assert gathered.letters == []
    assert gathered.skipped == Counter(unit_no_address=1)
    assert [found.obligation_id for found in gathered.without_address] == [1, 2]


def test_what_was_told_is_not_told_again_but_a_moved_deadline_is():
    said = {(1, "T-3", at(28), "an@x.vn"), (1, "T-3", at(28), "bithu@x.vn")}
    gathered = gather([duty(1, member_id=3)], members=MEMBERS, contacts=CONTACTS, told=said)
    assert {letter.person.address for letter in gathered.letters} == {"phobt@x.vn"}
    assert gathered.skipped == Counter(already_planned=2)
    moved = gather([duty(1, member_id=3, due=at(30))], members=MEMBERS, contacts=CONTACTS, told=said)
    assert len(moved.letters) == 3


def test_nobody_gets_a_second_letter_of_the_day():
    gathered = gather([duty(1, member_id=3)], members=MEMBERS, contacts=CONTACTS, mailed_today={"an@x.vn"})
    assert {letter.person.address for letter in gathered.letters} == {"bithu@x.vn", "phobt@x.vn"}
    assert gathered.skipped == Counter(already_mailed_today=1)


def test_who_answers_for_a_unit_and_leads_its_cluster_is_told_once():
    lead = Person("bithu@x.vn", "Bí thư", "Phụ trách cụm 1", has_account=True)
    one = duty(1)._replace(tells_cluster=True)
    gathered = gather([one], members=MEMBERS, contacts=CONTACTS, leads={10: (lead,)})
    letter = next(found for found in gathered.letters if found.person.address == "bithu@x.vn")
    assert (letter.of_units, letter.watched) == ({10: [one]}, set())


def test_a_letter_left_out_counts_once():
    gathered = gather([duty(1), duty(2)], members=MEMBERS, contacts=CONTACTS, left_out={"bithu@x.vn": STRUCK})
    assert gathered.skipped == Counter({STRUCK: 1})


def test_the_lead_is_the_earliest_deadline():
    gathered = gather(
        [duty(1, member_id=3, due=at(30), stage="T-3"), duty(2, member_id=3, due=at(26), stage="T+1")],
        members=MEMBERS,
        contacts={},
    )
    assert gathered.letters[0].lead.obligation_id == 2
    assert gathered.letters[0].stage == "T+1"
