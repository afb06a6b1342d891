"""Habits of the house that a machine can see: docstrings, names, sizes, forbidden shortcuts.

Not here: who may import whom (`test_imports.py`), templates (`test_templates.py`).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import APPS, ROOT, modules, name_of, tree_of

JUNK_DRAWERS = {"common", "core", "utils", "helpers", "extras"}
ALL = list(modules())
BIGGEST_VIEW = 25  # lines of a view function, docstring and decorators left out
BIGGEST_TASK = 12


def test_product_is_looked_at() -> None:
    assert len(ALL) > 100


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_module_says_what_it_is_for_and_what_not(path: Path) -> None:
    docstring = ast.get_docstring(tree_of(path))
    assert docstring, f"{name_of(path)} opens without a docstring"
    assert "Not here:" in docstring, f"{name_of(path)} does not say what is not here"


def test_there_is_no_junk_drawer() -> None:
    found = [name_of(path) for path in ALL if JUNK_DRAWERS & {part.removesuffix(".py") for part in path.parts}]
    assert found == []


def test_nobody_empties_the_cache_that_others_use() -> None:
    """Counters and sessions of other processes lie in it; a test takes an empty corner instead (`tests.corner`)."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (*modules(), *(ROOT / "tests").rglob("*.py"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "clear" and ast.unparse(node.value) in {"cache", "caches"}
    ]
    assert found == []


def test_apps_do_not_signal_each_other() -> None:
    """A verb calls verbs downwards; only what Django itself announces may be listened to, and only by the project."""
    found = [
        name_of(path)
        for path in modules(*APPS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.dispatch")
    ]
    assert found == []


def _functions(file: str) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Public top-level functions of the module or package called `file` in each app."""
    for app in APPS:
        for path in [ROOT / app / f"{file}.py", *(ROOT / app / file).glob("*.py")]:
            if path.is_file():
                for node in tree_of(path).body:
                    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                        yield path, node


def _lines(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_views_are_thin() -> None:
    long = {f"{name_of(p)}:{f.name}": _lines(f) for p, f in _functions("views") if _lines(f) > BIGGEST_VIEW}
    assert long == {}


def test_tasks_are_thin() -> None:
    long = {f"{name_of(p)}:{f.name}": _lines(f) for p, f in _functions("tasks") if _lines(f) > BIGGEST_TASK}
    assert long == {}


def test_views_take_objects_from_access_or_visible_to() -> None:
    """No view touches a manager but to ask it at once what this reader may see: `.objects.visible_to(request.user)`."""
    found = []
    for app in APPS:
        for path in [ROOT / app / "views.py", *(ROOT / app / "views").glob("*.py")]:
            tree = tree_of(path) if path.is_file() else ast.Module([], [])
            asked = {
                id(node.func.value)
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and [ast.unparse(argument) for argument in node.args[:1]] == ["request.user"]
            }
            found += [
                f"{name_of(path)}:{node.lineno}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute)
                and node.attr in ("objects", "_default_manager", "_base_manager")
                and id(node) not in asked
            ]
    assert found == []


def test_verbs_take_keywords_and_say_their_types() -> None:
    """Public functions of services that open a transaction are verbs: keyword-only and annotated."""
    faults = []
    for path, function in _functions("services"):
        decorators = {ast.unparse(decorator).split("(")[0] for decorator in function.decorator_list}
        if not decorators & {"transaction.atomic", "atomic"}:
            continue
        arguments = function.args
        if arguments.args or arguments.posonlyargs:
            faults.append(f"{name_of(path)}:{function.name} has positional arguments")
        if function.returns is None or any(a.annotation is None for a in arguments.kwonlyargs):
            faults.append(f"{name_of(path)}:{function.name} is not annotated")
        if not ast.get_docstring(function):
            faults.append(f"{name_of(path)}:{function.name} has no docstring")
    assert faults == []


def test_no_clock_is_read_inside_a_rule() -> None:
    """Pure modules, querysets, rules and services take `now`/`at`; doors (views, tasks, commands) read the clock."""
    doors = {"views", "tasks", "commands", "middleware", "admin", "forms"}
    found = []
    for path in modules("reports", "reminders", "submissions", "directives", "outbox", "vault", "vietnamese"):
        if doors & {part.removesuffix(".py") for part in path.parts}:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "timezone.now", "datetime.now", "datetime.datetime.now", "date.today", "timezone.localdate",
                "timezone.localtime", "time.time",
            ):  # fmt: skip
                found.append(f"{name_of(path)}:{node.lineno}")
    assert found == []
