"""`docs/audit.md` tells every kind of event: its table, the catalogue and what the code records are one set.

A new event is one row there, one line in `audit/actions.py`, and a word for each new detail key in
`audit/detail_words.py`. Not here: that each act writes the right entry (`tests/audit/test_events.py`).
"""

import ast
import re
from collections.abc import Iterator

from audit.actions import ACTIONS
from audit.choices import AuditResult
from audit.detail_words import WORDS
from tests.architecture.source import ROOT, modules, name_of, tree_of

# Names whose verb is on its way, by the work that brings it; with their verb they move to the table. Nothing else waits.
AWAITED = {
    # directives after their issue
    "obligation.sync",
}  # fmt: skip
LEAST_KINDS = 40  # issue "People, rights and trust"


def recordings() -> Iterator[tuple[str, set[str], set[str]]]:
    """(place, names, literal detail keys) of every call `record(action=…)` or `audit.record(action=…)`."""
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "record":
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            if "action" in given:
                place = f"{name_of(path)}:{node.lineno}"
                yield place, set(_literals(given["action"])), set(_keys(given.get("detail")))


def _literals(node: ast.expr) -> Iterator[str]:
    """The names an `action=` can take: a literal, or one literal or another."""
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _keys(node: ast.expr | None) -> Iterator[str]:
    """Keys of a dictionary written in place; those of other expressions are for the tests of the verbs."""
    if isinstance(node, ast.IfExp):
        yield from _keys(node.body)
        yield from _keys(node.orelse)
    elif isinstance(node, ast.Dict):
        yield from (key.value for key in node.keys if isinstance(key, ast.Constant))


def table() -> dict[str, list[str]]:
    """Rows of the document by action, each the cells after the name."""
    text = (ROOT / "docs/audit.md").read_text(encoding="utf-8")
    rows = [line.strip().strip("|").split("|") for line in text.splitlines() if re.match(r"\| `[a-z]+\.", line)]
    named = [(row[0].strip().strip("`"), [cell.strip() for cell in row[1:]]) for row in rows]
    assert len(dict(named)) == len(named), "an action stands twice in docs/audit.md"
    return dict(named)


def test_actions_are_written_literally() -> None:
    assert [place for place, names, _ in recordings() if not names] == [], 'write action="thing.verb" in the call'


def test_table_catalogue_and_code_name_the_same_events() -> None:
    recorded = {name for _, names, _ in recordings() for name in names}
    assert recorded - set(ACTIONS) == set(), "recorded, but not in audit/actions.py"
    assert recorded - set(table()) == set(), "recorded, but without a row in docs/audit.md"
    assert set(table()) - recorded == set(), "in docs/audit.md, but recorded by nothing"
    assert set(ACTIONS) - set(table()) - AWAITED == set(), "in audit/actions.py, but recorded by nothing"
    assert len(table()) >= LEAST_KINDS


def test_every_row_is_filled_and_has_the_label_of_the_catalogue() -> None:
    results = set(AuditResult.values)
    for name, cells in table().items():
        assert len(cells) == 6, f"{name}: {len(cells) + 1} cells instead of 7"
        label, when, who, _, _, result = cells
        assert label == ACTIONS.get(name), name
        assert when, name
        assert who, name
        assert set(re.findall(r"[a-z]+", result)) <= results, name


def test_every_event_is_asserted_by_a_test() -> None:
    """A kind of event that no test names may go unwritten for ever."""
    here = ROOT / "tests/architecture/test_audit_catalogue.py"
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != here]
    named = {name for path in tests for name in re.findall(r'"([a-z]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))}
    assert set(table()) - named == set(), "in docs/audit.md, but named by no test"


def test_detail_keys_stand_in_the_table_and_have_words() -> None:
    told = {name: set(re.findall(r"`([a-z_0-9]+)`", cells[4])) for name, cells in table().items()}
    unsaid = [
        f"{place} {key}"
        for place, names, keys in recordings()
        for name in names
        for key in sorted(keys - told.get(name, set()))
    ]
    assert unsaid == [], "detail keys missing in their row of docs/audit.md"
    assert {key for keys in told.values() for key in keys} - set(WORDS) == set(), "keys without a word"
