"""What objects can do and what the trailer reaches, on the JSON form of objects.

Not here: real files (`test_inspection.py`).
"""

import pytest

from submissions.inspection.graph import NOTHING, Seen, look, reachable_kinds, references


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (b'{"/Type": "/Page"}', NOTHING),
        (b'{"/S": "/JavaScript", "/JS": "u:x"}', Seen(frozenset({"js"}))),
        (b'[1, {"/A": {"/S": "/Launch"}}, [{"/S": "/Sound"}]]', Seen(frozenset({"launch", "sound"}))),
        (b'{"/Title": "u:/JavaScript", "/S": "u:/Launch"}', NOTHING),
        (b'{"/S": ["/JavaScript"], "/Subtype": {"/S": 4}}', NOTHING),
        (b'{"/Subtype": "/RichMedia"}', Seen(frozenset({"richmedia"}))),
        (b'{"/OnInstantiate": "5 0 R"}', Seen(frozenset({"js"}))),
        (b'{"/XFA": []}', Seen(frozenset({"xfa"}))),
        (b'{"/EF": {"/F": "9 0 R"}}', Seen(frozenset({"embed"}))),
        (b'{"/FT": "/Sig", "/Kids": [{"/FT": "/Sig"}]}', Seen(signature_fields=2)),
        (b'{"/Subtype": "/Image", "/Width": 300, "/Height": 200}', Seen(largest_image=60_000)),
        (b'{"/Subtype": "/Image", "/Width": -300, "/Height": 200}', NOTHING),
        (b'{"/Subtype": "/Image", "/Width": true, "/Height": "3 0 R"}', NOTHING),
    ],
)
def test_look(text: bytes, seen: Seen) -> None:
    assert look(text) == seen


def test_references_are_found_but_not_inside_strings_and_names() -> None:
    assert references(b'{"/A": "12 0 R", "/B": ["3 1 R"], "/C": "u:4 0 R", "/5 0 R": 1, "/D": "/6 0 R"}') == [
        "12 0 R",
        "3 1 R",
    ]


def test_only_what_the_trailer_reaches_counts_and_circles_end() -> None:
    objects = {
        "1 0 R": b'{"/Pages": "2 0 R"}',
        "2 0 R": b'{"/Parent": "1 0 R", "/AA": "3 0 R"}',
        "3 0 R": b'{"/S": "/SubmitForm", "/Next": "2 0 R"}',
        "4 0 R": b'{"/S": "/JavaScript"}',
    }
    fetched: list[str] = []

    def fetch(reference: str) -> bytes:
        fetched.append(reference)
        return objects[reference]

    assert reachable_kinds(b'{"/Root": "1 0 R"}', fetch) == {"submitform"}
    assert sorted(fetched) == ["1 0 R", "2 0 R", "3 0 R"]
