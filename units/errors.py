"""What can be refused in the roster and in rights, each with the Vietnamese sentence people read.

Not here: problems found row by row in a roster file (`roster.records.Problem`).
"""


class UnitsError(Exception):
    """Base of the refusals of this app; `str(error)` is the sentence to show."""


class RosterUnreadable(UnitsError):
    """The file is no roster: missing, broken, too big, or of another kind."""


class RosterHasProblems(UnitsError):
    """The roster has problems that were neither settled nor passed over; nothing was imported.

    `plan` is what the import would have done, problems included.
    """

    def __init__(self, sentence: str, plan: object) -> None:
        super().__init__(sentence)
        self.plan = plan


class AccountRefused(UnitsError):
    """An account cannot be opened as asked."""


class RoleGrantRefused(UnitsError):
    """A role cannot be given as asked: closed unit, missing cluster, dates in the wrong order."""


class DatesOutOfOrder(UnitsError):
    """A dated fact would end before it begins."""
