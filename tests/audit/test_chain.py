"""The pure chain: what its hash covers, and that each kind of tampering is named at its first row.

Not here: rows in a database (`test_services.py`).
"""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.chain import GENESIS, Content, Fault, Link, canonical, entry_hash, faults, storable, storable_detail

AT = datetime(2026, 4, 24, 0, 0, 0, 5, UTC)


def content(seq: int, **changes: object) -> Content:
    plain = Content(
        seq=seq,
        at=AT,
        recorded_at=AT,
        action="directive.issue",
        result="ok",
        actor_id="7",
        actor_label="Trần Thị Bích Ngọc",
        obj_type="directives.directive",
        obj_id="3",
        obj_label="53-KH/ĐU",
        ward_id=1,
        detail="{}",
        request_id="r",
        ip="10.0.0.1",
    )
    return replace(plain, **changes)


def chain(length: int) -> list[Link]:
    links, previous = [], GENESIS
    for seq in range(1, length + 1):
        this = content(seq)
        links.append(Link(this, previous, entry_hash(this, previous)))
        previous = links[-1].entry_hash
    return links


def head_of(links: list[Link]) -> tuple[int, str]:
    return (links[-1].content.seq, links[-1].entry_hash) if links else (0, GENESIS)


def test_hash_is_sha256_over_previous_hash_and_canonical_json():
    body = (
        '{"action":"directive.issue","actor_id":"7","actor_label":"Trần Thị Bích Ngọc",'
        '"at":"2026-04-24T00:00:00.000005+00:00","detail":"{}","ip":"10.0.0.1","obj_id":"3","obj_label":"53-KH/ĐU",'
        '"obj_type":"directives.directive","recorded_at":"2026-04-24T00:00:00.000005+00:00","request_id":"r",'
        '"result":"ok","seq":1,"ward_id":1}'
    )
    assert entry_hash(content(1), GENESIS) == hashlib.sha256((GENESIS + "\n" + body).encode()).hexdigest()


def test_the_same_instant_in_another_zone_has_the_same_hash():
    hanoi = AT.astimezone(timezone(timedelta(hours=7)))
    assert entry_hash(content(1, at=hanoi), GENESIS) == entry_hash(content(1), GENESIS)


@pytest.mark.parametrize(
    "change",
    [
        {"at": AT + timedelta(microseconds=1)},
        {"recorded_at": AT + timedelta(microseconds=1)},
        {"action": "directive.close"},
        {"result": "refused"},
        {"actor_id": "8"},
        {"actor_label": "Trần Thị Bích Ngoc"},
        {"obj_type": "x"},
        {"obj_id": "4"},
        {"obj_label": "x"},
        {"ward_id": None},
        {"detail": '{"a":1}'},
        {"request_id": ""},
        {"ip": ""},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_field_is_covered(change):
    assert entry_hash(content(1, **change), GENESIS) != entry_hash(content(1), GENESIS)


def test_a_whole_chain_has_no_faults():
    assert list(faults([], (0, GENESIS))) == []
    assert list(faults(chain(5), head_of(chain(5)))) == []


def test_an_altered_row_is_named_once():
    links = chain(5)
    links[2] = Link(content(3, actor_label="Người khác"), links[2].previous_hash, links[2].entry_hash)
    assert [(fault.seq, fault.fault) for fault in faults(links, head_of(links))] == [(3, "altered")]


def test_an_altered_and_rehashed_row_breaks_the_link_after_it():
    links = chain(5)
    forged = content(3, actor_label="Người khác")
    links[2] = Link(forged, links[2].previous_hash, entry_hash(forged, links[2].previous_hash))
    assert [(fault.seq, fault.fault) for fault in faults(links, head_of(links))] == [(4, "broken_link")]


def test_removed_rows_are_named_by_the_first_one_missing():
    links = chain(6)
    assert list(faults(links[:2] + links[4:], head_of(links))) == [
        Fault(3, "missing", "Thiếu các dòng nhật ký từ 3 đến 4.")
    ]


def test_a_cut_tail_is_seen_by_the_head():
    links = chain(5)
    assert [(fault.seq, fault.fault) for fault in faults(links[:3], head_of(links))] == [(5, "head")]
    assert [(fault.seq, fault.fault) for fault in faults([], head_of(links))] == [(5, "head")]


def test_two_rows_exchanged_are_named():
    links = chain(4)
    one, two = links[1], links[2]
    swapped = [
        links[0],
        Link(replace(two.content, seq=2), one.previous_hash, one.entry_hash),
        Link(replace(one.content, seq=3, actor_id="x"), two.previous_hash, two.entry_hash),
        links[3],
    ]
    assert next(iter(faults(swapped, head_of(links)))).seq in {2, 3}


def test_canonical_json():
    value = {"b": Decimal("1.50"), "a": [date(2026, 4, 27), {3, 1, 2}], "ô": "Lý"}
    assert canonical(value) == '{"a":["2026-04-27",[1,2,3]],"b":"1.50","ô":"Lý"}'
    with pytest.raises(TypeError):
        canonical({"a": object()})
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"a": float("nan")})
    with pytest.raises(ValueError, match="time zone"):
        canonical({"a": datetime(2026, 4, 27)})  # noqa: DTZ001 (a naive instant is what is refused)


@given(st.text(st.characters(), max_size=50), st.integers(0, 40))
def test_storable_text_can_be_kept_by_every_engine(text, limit):
    kept = storable(text, limit)
    assert len(kept) <= limit
    assert "\x00" not in kept
    kept.encode()
    assert storable(kept, limit) == kept


@given(st.dictionaries(st.text(st.characters(), max_size=5), st.text(st.characters(), max_size=5)))
def test_storable_detail_is_utf8_without_nul(detail):
    kept = storable_detail(detail)
    kept.encode()
    assert "\x00" not in kept
