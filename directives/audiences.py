"""Audience: whom a requirement addresses, as a rule that is resolved when the directive is issued.

The rule is a union: position groups ∪ blocks ∪ unit kinds ∪ named units ∪ named members, minus named exceptions
(`domain.md` §4).
Exempt members are not left out here: they become waived obligations, so that the paper trail shows them.
Not here: resolution against the roster (`coverage.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Audience:
    """A rule of five unions; empty means nobody.

    For a requirement owed by members: whoever holds a position of a group in `groups` (the group MEMBER means
    every member), belongs to a unit of a block in `blocks` or of a kind in `unit_kinds`, belongs to a unit in
    `units` or below it, or is in `members`.
    For a requirement owed by units: open units of the ward of such a block or kind, or named in `units`
    (without the units below); `groups` and `members` say nothing about units.
    """

    groups: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    except_units: tuple[int, ...] = ()
    """Left out by name: for members the unit and all below it, for units the unit alone."""
    except_members: tuple[int, ...] = ()
    """Members left out by name; they get nothing, unlike exempt ones, who get a waived row."""
    without_earlier: bool = False
    """Leave out members whom an earlier requirement of the same kind in the directive addresses: one essay a head."""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Audience:
        """The rule as stored; unknown keys are ignored, order and repetitions do not matter."""
        stored = stored or {}
        return cls(
            groups=tuple(sorted(set(stored.get("groups", ())))),
            blocks=tuple(sorted(set(stored.get("blocks", ())))),
            unit_kinds=tuple(sorted(set(stored.get("unit_kinds", ())))),
            units=tuple(sorted({int(pk) for pk in stored.get("units", ())})),
            members=tuple(sorted({int(pk) for pk in stored.get("members", ())})),
            except_units=tuple(sorted({int(pk) for pk in stored.get("except_units", ())})),
            except_members=tuple(sorted({int(pk) for pk in stored.get("except_members", ())})),
            without_earlier=bool(stored.get("without_earlier", False)),
        )

    def as_json(self) -> dict[str, Any]:
        """What is stored: only the parts that say something."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items() if value}

    @property
    def without_exceptions(self) -> Audience:
        """The same rule with nobody left out by name: whom its sentence speaks of."""
        return replace(self, except_units=(), except_members=())

    @property
    def is_empty(self) -> bool:
        """Addresses nobody."""
        return not (self.groups or self.blocks or self.unit_kinds or self.units or self.members)
