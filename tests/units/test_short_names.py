"""Who types a short name of a kind of unit finds the unit by its full name, and the other way round."""

import pytest

from tests.factories.units import make_member, make_unit, make_ward
from units.keys import unit_keys
from units.models import Member, Unit
from units.short_names import holds, readings
from vietnamese.text import fold

CELL_18 = unit_keys("DB18", "Đảng bộ Tổ dân phố số 18")["folded"]
CELL_5 = unit_keys("CB5", "Chi bộ Tổ dân phố số 5")["folded"]
CELL_15 = unit_keys("CB15", "Chi bộ Tổ dân phố số 15")["folded"]
SHORT_18 = unit_keys("X1", "Đảng bộ TDP 18")["folded"]
SECONDARY = unit_keys("TR01", "Chi bộ Trường THCS Phúc Lợi")["folded"]
PRIMARY = unit_keys("TR02", "Chi bộ Trường Tiểu học Phúc Lợi")["folded"]
NURSERY = unit_keys("TR03", "Chi bộ Trường Mầm non Hoa Sữa")["folded"]
EVERYTHING = (CELL_18, CELL_5, CELL_15, SHORT_18, SECONDARY, PRIMARY, NURSERY)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("TDP 18", {CELL_18, SHORT_18}),
        ("tdp18", {CELL_18, SHORT_18}),
        ("TDP số 18", {CELL_18, SHORT_18}),
        ("tdp. 18", {CELL_18, SHORT_18}),
        ("TDP.18", {CELL_18, SHORT_18}),
        ("tổ dân phố 18", {CELL_18, SHORT_18}),
        ("to dan pho so 18", {CELL_18, SHORT_18}),
        ("ĐB TDP 18", {CELL_18, SHORT_18}),
        ("CB TDP 5", {CELL_5, CELL_15}),
        ("tdp05", {CELL_5}),
        ("TDP 7", set()),
        ("THCS Phúc Lợi", {SECONDARY}),
        ("trung học cơ sở phúc lợi", {SECONDARY}),
        ("trường TH Phúc Lợi", {SECONDARY, PRIMARY}),
        ("CB MN hoa sua", {NURSERY}),
        ("cb trường", {SECONDARY, PRIMARY, NURSERY}),
        ("tdp phúc lợi", set()),
        ("số 5", {CELL_5, CELL_15}),
        ("", set(EVERYTHING)),
    ],
)
def test_short_names_of_kinds_of_units_are_understood(typed: str, found: set[str]) -> None:
    assert {one for one in EVERYTHING if holds(typed, one)} == found


def test_what_is_no_short_name_is_asked_for_as_it_is_typed() -> None:
    assert readings("Nguyễn  Văn An 1961 số") == ((("nguyen",),), (("van",),), (("an",),), (("1961",),), (("so",),))
    assert readings("tdp số") == ((("tdp",), ("to dan pho",)), (("so",),))
    assert readings("tdp18") == ((("tdp18",), ("to dan pho", "18"), ("tdp", "18")),)


@pytest.mark.django_db
def test_the_database_finds_the_same() -> None:
    ward = make_ward(code="W")
    names = {"DB18": "Đảng bộ Tổ dân phố số 18", "CB5": "Chi bộ Tổ dân phố số 5", "TR02": "Trường Tiểu học Phúc Lợi"}
    units = {code: make_unit(ward, name=name, code=code) for code, name in names.items()}
    make_member(units["CB5"], name="Nguyễn Văn An")
    for typed in ("TDP 18", "tdp18", "TDP số 18", "tdp05", "th phúc lợi", "cb tdp", "tổ dân phố 18", "x"):
        found = {unit.code for unit in Unit.objects.search(typed).exclude(pk=ward.pk)}
        assert found == {code for code, unit in units.items() if holds(typed, fold(f"{unit.name} {unit.code}"))}, typed
    assert not Member.objects.search("tdp").exists()
