"""What can be refused in the roster and in rights, each with the Vietnamese sentence people read.

Not here: problems found row by row in a roster file (`roster.records.Problem`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from units.link_models import PersonalLink


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


class ImportRefused(UnitsError):
    """A roster import cannot do what was asked in the state it is in; nothing was changed."""


class UndoRefused(UnitsError):
    """Later work stands on what an import made; `conflicts` names it, one line each. Nothing was changed."""

    def __init__(self, sentence: str, conflicts: list[str]) -> None:
        super().__init__(sentence)
        self.conflicts = conflicts


class AccountRefused(UnitsError):
    """An account cannot be opened as asked."""


class InvitationUnusable(UnitsError):
    """The link of an invitation was used, ran out, was taken back, or never was one."""


class RoleGrantRefused(UnitsError):
    """A role cannot be given as asked: closed unit, missing cluster, still held; `field` as of RosterRefused."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class DatesOutOfOrder(UnitsError):
    """A dated fact would end before it begins."""


class LinkRefused(UnitsError):
    """A personal link cannot be made as asked: nobody to make it for, too many at once, the sheet was shown before."""


_CLOSED = {
    "expired": "Phiếu này đã hết hạn.",
    "revoked": "Phiếu này không dùng nữa: đã có phiếu mới thay, hoặc đã thu hồi.",
}


class LinkClosed(UnitsError):
    """A code that opens nothing (any more). Whoever holds a slip that ran out or was replaced reads so, and types no more;
    to anybody else it is one and the same sentence. `reason` goes to the log.

    `reason`: unknown, revoked, expired or left; `link` is the row of a code that was true once, else None.
    """

    def __init__(self, reason: str, link: PersonalLink | None = None) -> None:
        super().__init__(_CLOSED.get(reason, "Liên kết này không dùng được nữa, hoặc mã gõ chưa đúng."))
        self.reason = reason
        self.link = link
        self.is_known = reason in _CLOSED


class NoticeUnchanged(UnitsError):
    """The new version of the notice on personal data says what the one in force says."""

    def __init__(self) -> None:
        super().__init__("Nội dung chưa thay đổi so với bản đang dùng. Sửa nội dung rồi công bố.")


class SettingRefused(UnitsError):
    """A setting of a ward cannot be changed as asked."""


class RosterRefused(UnitsError):
    """A change of the roster cannot be as asked; `field` is the name of the input to mend, "" = none in particular."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class HomonymInUnit(RosterRefused):
    """Somebody of that name is there already: another person, or the same one twice? The office says which."""


class SecretaryInOffice(RosterRefused):
    """The unit has a secretary on that day: two at once there are not; the office confirms the replacement."""
