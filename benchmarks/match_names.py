"""File name → person: 5,000 names in every spelling people use, against one look-up in a dictionary each.

Not here: filling the directory from the database; it is loaded once a request and measured in `note`.
"""

import random
import time
import unicodedata
from collections.abc import Callable

from benchmarks.harness import Comparison, compare
from submissions.filenames import read_file_name
from submissions.matching import match_name
from submissions.people import Directory, Person, Post, UnitEntry
from vietnamese.text import nfc, strip_marks

TITLE = "file name → person, 5,000 names in a ward of 5,000"
TARGET = 2500.0  # ≤ 1 ms a name where one look-up costs 0.4 µs
PEOPLE, UNITS, IN_ONE_UNIT = 5000, 120, 42
FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Phan",
    "Đinh",
    "Trương",
]
MIDDLE = ["Văn", "Thị", "Đức", "Minh", "Ngọc", "Quang", "Hồng", "Thanh", "Xuân", "Hữu", "Thu", "Bích", "Quốc", "Kim"]
GIVEN = [
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Hà",
    "Hoà",
    "Khánh",
    "Lan",
    "Mai",
    "Nga",
    "Phúc",
    "Quân",
    "Sơn",
    "Thuỷ",
    "Yến",
    "Tuấn",
    "Hạnh",
    "Thúy",
    "Đức",
    "Mạnh",
    "Ngọc",
    "Huy",
    "Thái",
    "Việt",
    "Tâm",
]
POSTS = ("Bí thư", "Phó Bí thư", "đảng viên", "Giáo viên", "Chi ủy viên", "Tổ trưởng TDP")
SPELLINGS = (
    lambda name: name,
    lambda name: name.upper(),
    lambda name: unicodedata.normalize("NFD", name),
    strip_marks,
    lambda name: name.replace(" - ", "-").replace(", ", ","),
    lambda name: name.replace(" - ", " – "),
    lambda name: f"05. {name} (1)",
    lambda name: f"Bài thu hoạch NQ 02 - {name}",
    lambda name: f"Đ/c {name} - Copy",
    lambda name: name.split(" - ")[0],
)


def run() -> Comparison:
    """Median of whole batches; the note tells the mean of one name in the ward and in a known unit."""
    dice = random.Random(1)
    directory = _directory(dice)
    names = [
        SPELLINGS[i % len(SPELLINGS)](_full_name(person, directory)) + ".pdf"
        for i, person in enumerate(directory.persons)
    ]
    table = {f"{_full_name(person, directory)}.pdf": person for person in directory.persons}
    unit = frozenset({1})
    of_unit = [name for name, person in zip(names, directory.persons, strict=True) if person.unit_id == 1]
    found = compare(
        floor=lambda: [table.get(nfc(name)) for name in names],
        product=lambda: [match_name(read_file_name(name), directory) for name in names],
    )
    in_ward = _mean(lambda: [match_name(read_file_name(name), directory) for name in names], len(names))
    in_unit = _mean(lambda: [match_name(read_file_name(name), directory, scope=unit) for name in of_unit], len(of_unit))
    building = _mean(lambda: Directory(directory.persons, directory.units), 1)
    note = (
        f"processor time {in_ward * 1000:.3f} ms a name, {in_unit * 1000:.3f} ms in a known unit, "
        f"{building * 1000:.0f} ms to build the directory"
    )
    return Comparison(**{**found.__dict__, "note": note})


def _directory(dice: random.Random) -> Directory:
    units = [
        UnitEntry(n, f"TDP{n:02d}", f"Chi bộ Tổ dân phố số {n}", f"0001{n:04d}", (f"Chi bộ TDP {n}", f"Chi bộ {n}"))
        for n in range(1, UNITS + 1)
    ]
    persons = []
    for n in range(PEOPLE):
        name = f"{dice.choice(FAMILY)} {dice.choice(MIDDLE)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}"
        unit = n // IN_ONE_UNIT + 1
        persons.append(Person(n, name, unit, 1950 + n % 50, (Post(dice.choice(POSTS), unit),)))
    return Directory(persons, units)


def _full_name(person: Person, directory: Directory) -> str:
    unit = directory.unit(person.unit_id)
    return f"{person.full_name} - {person.posts[0].title}, {unit.name if unit else ''}"


def _mean(work: Callable[[], object], times: int) -> float:
    """Seconds of processor time a piece, the best of five runs: what the code needs, not what the neighbours took."""
    runs = []
    for _ in range(5):
        start = time.process_time()
        work()
        runs.append(time.process_time() - start)
    return min(runs) / times
