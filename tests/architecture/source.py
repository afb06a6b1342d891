"""The product's source files as the architecture tests look at them.

Not here: the rules.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "privacy",
    "reports",
    "reminders",
    "mailbox",
    "submissions",
    "directives",
    "units",
    "audit",
    "vault",
    "outbox",
    "interface",
)
ROOMS = ("phucloi_portal", *APPS, "statements", "vietnamese")


def modules(*rooms: str) -> Iterator[Path]:
    """Python files of `rooms` (default: all of the product), migrations and empty package files left out."""
    for room in rooms or ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" in path.parts or (path.name == "__init__.py" and not path.read_text().strip()):
                continue
            yield path


def templates() -> Iterator[Path]:
    """Templates of the product."""
    yield from sorted((ROOT / "templates").rglob("*.html"))
    yield from sorted((ROOT / "templates").rglob("*.txt"))


def name_of(path: Path) -> str:
    """Path below the root of the checkout, as a test id and for messages."""
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
