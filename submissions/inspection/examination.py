"""One content from open file to judgement: limits first, then the child, then the rules.

Not here: retries over time and states (`submissions.services`).
"""

from dataclasses import dataclass
from typing import BinaryIO

from submissions.inspection.runner import InspectionFailed, Session
from submissions.inspection.verdicts import HEADER, MAX_BYTES, Facts, Judgement, judge


@dataclass(frozen=True, slots=True)
class Examination:
    """Facts, the judgement on them, and the seconds the child took."""

    facts: Facts
    judgement: Judgement
    seconds: float


def examine(session: Session, content: BinaryIO, size: int) -> Examination:
    """Judge an open file of `size` bytes. Raises InspectionFailed when the child gave no answer.

    A file that is too long is judged without being opened.
    """
    if size > MAX_BYTES:
        content.seek(0)
        facts = Facts(size, content.read(len(HEADER)) == HEADER, opens=False)
        return Examination(facts, judge(facts), 0.0)
    inspected = session.inspect(content, size)
    return Examination(inspected.facts, judge(inspected.facts), inspected.seconds)


def examine_patiently(session: Session, content: BinaryIO, size: int, attempts: int) -> Examination | InspectionFailed:
    """Like `examine`, asking up to `attempts` times; returns the last failure instead of raising it."""
    failure = InspectionFailed("crash")
    for _ in range(attempts):
        try:
            return examine(session, content, size)
        except InspectionFailed as failed:
            failure = failed
    return failure
