"""What can be refused about submissions and files, each with the Vietnamese sentence people read.

Not here: verdicts on PDFs (`inspection/`), faults of input shape (`forms.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from directives.errors import SECRET_NEXT_STEP
from submissions.report_words import Fault
from vietnamese.dates import format_date, format_time, local_day


class SubmissionError(Exception):
    """Base of the refusals of this app; `str(error)` is the sentence to show."""


class Closed(SubmissionError):
    """The requirement takes nothing any more (closed at an instant, or its directive is no longer in force)."""

    def __init__(self, closed_at: datetime | None = None) -> None:
        self.closed_at = closed_at
        if closed_at is None:
            super().__init__("Văn bản này đã kết thúc nên không nhận bài nữa. Hãy liên hệ Ban Xây dựng Đảng.")
        else:
            when = f"{format_time(closed_at)} ngày {format_date(local_day(closed_at))}"
            super().__init__(f"Đã đóng nhận bài từ {when}. Hãy đề nghị Ban Xây dựng Đảng gia hạn rồi nộp lại.")


class AlreadyAccepted(SubmissionError):
    """The obligation was accepted; nothing more is taken."""

    def __init__(self, party: str) -> None:
        super().__init__(f"Bài của {party} đã được duyệt, không cần nộp lại.")


class NotOwed(SubmissionError):
    """The obligation was withdrawn or has moved away; it takes nothing, not even voluntarily."""

    def __init__(self, party: str, reason: str) -> None:
        super().__init__(f"{party} không phải nộp việc này: {reason.lower()}.")


class NotOpenYet(SubmissionError):
    """The period of a series has not begun; what is handed in now would stand for a time to come."""

    def __init__(self, period: str, opens_on: date) -> None:
        super().__init__(f"Kỳ {period} mở từ ngày {format_date(opens_on)}, chưa nhận bài. Hãy nộp từ ngày ấy.")


class NothingToSubmit(SubmissionError):
    """No file came along."""

    def __init__(self) -> None:
        super().__init__("Chưa có tệp nào để nộp. Hãy chọn tệp PDF.")


class DraftChanged(SubmissionError):
    """Another tab or person saved meanwhile: nothing is overwritten unseen."""

    def __init__(self, by: str, at: datetime, revision: int) -> None:
        self.revision = revision
        when = f"{format_time(at)} ngày {format_date(local_day(at))}"
        super().__init__(
            f"Báo cáo này vừa được {by} lưu lúc {when} ở một cửa sổ khác, nên chưa lưu bản của đồng chí. "
            "Xem bản đang lưu rồi chọn giữ bản nào."
        )


class ReportIncomplete(SubmissionError):
    """Something is not filled in or does not add up; `faults` says what, each with its field."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"Chưa nộp được, còn {len(self.faults)} chỗ cần sửa. {self.faults[0].sentence}")


class SlotsMissing(SubmissionError):
    """A required kind of file did not come along: the answer is not complete."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"Chưa nộp được: còn thiếu {', '.join(names)}. Hãy nộp đủ các loại tệp một lần ở trang của việc này."
        )


class SeveralKinds(SubmissionError):
    """Files were dropped where each party owes several kinds of them."""

    def __init__(self) -> None:
        super().__init__(
            "Việc này cần nhiều loại tệp nên không thả chung ở đây; chưa giữ tệp nào. Hãy mở trang của từng đơn vị."
        )


class DeskChanged(SubmissionError):
    """A file that the confirm promised to hand in is not ready any more."""

    def __init__(self) -> None:
        super().__init__("Bàn nộp vừa thay đổi nên chưa nộp gì. Hãy xem lại các tệp dưới đây rồi bấm nộp.")


class DeskShut(SubmissionError):
    """The door was shut while the page stood open; the page itself says when, and what to ask for."""

    def __init__(self) -> None:
        super().__init__("Chưa nộp gì: bàn nộp đã đóng trong lúc trang này đang mở. Các tệp vẫn ở lại đây.")


class FileRefused(SubmissionError):
    """A file that its inspection refused, or whose bytes cannot be used."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name}: {sentence}")


class ForeignKeyReused(SubmissionError):
    """The idempotency key belongs to somebody else's or another deposit."""

    def __init__(self) -> None:
        super().__init__("Lần gửi này trùng mã với một lần nộp khác. Hãy tải lại trang rồi nộp lại.")


class StaleVersion(SubmissionError):
    """The decision named a version that is no longer the newest."""

    def __init__(self, current_number: int) -> None:
        super().__init__(f"Người nộp vừa gửi lần {current_number}. Hãy xem lần mới nhất rồi quyết định.")


class AlreadyDecided(SubmissionError):
    """Somebody decided on this version before."""

    def __init__(self, by: str, verdict: str) -> None:
        super().__init__(f"{by} đã quyết định trước: {verdict}.")


class NotWithdrawable(SubmissionError):
    """There is nothing to take back: nothing waits for a decision, or somebody decided meanwhile."""

    def __init__(self, now_words: str) -> None:
        super().__init__(f"Không rút được: bài đang ở trạng thái “{now_words}”. Chỉ rút được bài đang chờ duyệt.")


class NoReason(SubmissionError):
    """An acceptance is taken back without a word why."""

    def __init__(self) -> None:
        super().__init__("Ghi lý do thu hồi tiếp nhận. Người nộp đọc lý do này; nhật ký giữ lại.")


class AcceptanceGone(SubmissionError):
    """The acceptance that was on the page does not stand any more."""

    def __init__(self) -> None:
        super().__init__("Quyết định tiếp nhận này không còn: có người vừa thu hồi. Hãy xem lại bài.")


class FilesChanged(SubmissionError):
    """What lies in the slots is not what the page showed: somebody put a file in, or took one out, meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "Tệp trong các ô đã đổi từ khi mở trang này: có người vừa tải lên hoặc bỏ đi. Chưa nộp gì. Hãy xem lại các tệp "
            "dưới đây rồi bấm nộp."
        )


class NilTooLate(SubmissionError):
    """A nil return where an answer waits already: it would quietly replace the report that waits."""

    def __init__(self, when: str, *, is_nil: bool) -> None:
        what, then = ("“Không phát sinh”", "không phải nộp lần nữa.") if is_nil else (
            "báo cáo", "không nộp gì thêm. Nếu thật sự không phát sinh thì rút báo cáo ấy trước."
        )  # fmt: skip
        super().__init__(f"Đơn vị đã nộp {what} {when}, đang chờ duyệt: {then}")


class AcceptanceHeld(SubmissionError):
    """Something stands on the acceptance; the sentence says what, and what to do instead."""


class UndoOver(SubmissionError):
    """The key of the deck undoes one's own decision of the last minutes only."""

    def __init__(self) -> None:
        super().__init__(
            "Chỉ hoàn tác được bài chính đồng chí vừa tiếp nhận trong mười phút. "
            "Mở trang bài nộp và thu hồi tiếp nhận, kèm lý do."
        )


class NotForwarded(SubmissionError):
    """On the two-step route the unit looks first."""

    def __init__(self) -> None:
        super().__init__("Bài này nộp về chi bộ. Bí thư chi bộ kiểm tra và chuyển rồi Ban Xây dựng Đảng mới duyệt.")


class NothingToForward(SubmissionError):
    """What was to be passed on is not there any more: replaced, returned or passed on by another.

    `passed`: how many of them were passed on already, and `when` the last of them was ("lúc 16:05 ngày 24/4/2026").
    """

    def __init__(self, left: int, *, passed: int = 0, when: str = "") -> None:
        self.is_done = passed > 0 and passed == left
        if self.is_done:
            super().__init__(f"{passed} bài ấy đã được chuyển {when}, không phải chuyển lần nữa.")
            return
        said = f"{left} bài vừa được nộp lại, trả lại hoặc chuyển ở nơi khác" if left else "Chưa chọn bài nào"
        super().__init__(f"{said}, nên chưa chuyển gì. Hãy xem lại danh sách.")


class NotViewable(SubmissionError):
    """A file of the version has not passed its inspection, so nobody has looked at it."""

    def __init__(self) -> None:
        super().__init__("Tệp chưa kiểm tra xong nên chưa duyệt được. Hãy chờ ít phút.")


class ReturnIncomplete(SubmissionError):
    """A return without a reason, or with a fix-by instant that has passed."""


class Claimed(SubmissionError):
    """Another reviewer has this submission open."""

    def __init__(self, by: str, until: datetime) -> None:
        super().__init__(
            f"{by} đang xem bài này (đến {format_time(until)}). Hãy chọn bài khác, hoặc bấm “Nhận xem thay”."
        )


@dataclass(frozen=True, slots=True)
class SecretPaper:
    """A file that bears a state-secret stamp: its place among those sent (from 1), the stamp, where it stands."""

    number: int
    stamp: str
    where: str


class SecretPapers(SubmissionError):
    """Files with a state-secret stamp were among those sent. They are named by their place: nothing of them is kept."""

    def __init__(self, found: Sequence[SecretPaper], *, kept: int) -> None:
        self.found, self.kept = tuple(found), kept
        told = ", ".join(f"tệp thứ {one.number} (dấu {one.stamp} trong {one.where})" for one in found)
        rest = f" {kept} tệp còn lại đã tải lên bình thường." if kept else ""
        super().__init__(
            f"Không nhận {len(found)} tệp có dấu mật và không lưu gì của tệp đó: {told}. {SECRET_NEXT_STEP}{rest}"
        )


class PagesChanged(SubmissionError):
    """The pages are not those that the confirm promised to hand in."""

    def __init__(self) -> None:
        super().__init__("Các trang vừa thay đổi nên chưa nộp gì. Hãy xem lại các trang dưới đây rồi bấm nộp.")


class PageGone(SubmissionError):
    """The page to be changed was taken away or handed in meanwhile."""

    def __init__(self) -> None:
        super().__init__("Trang này vừa được bỏ hoặc nộp từ một máy khác. Hãy xem lại các trang dưới đây.")


class PagesRefused(SubmissionError):
    """Photographs that are not taken: too many, beside a PDF, all together too big."""


class SameAgain(SubmissionError):
    """These bytes were handed in before: for the same duty (`code` is its receipt), or for somebody else's ("")."""

    def __init__(self, code: str = "") -> None:
        self.code = code
        super().__init__(
            f"Bài này giống hệt bài đã nộp, có phiếu {code}. Không cần nộp lại."
            if code
            else "Tệp này giống hệt một bài đã nộp của người khác. Hãy chọn đúng bài của mình."
        )


class NothingToBatch(SubmissionError):
    """No paper of the list may be accepted together with others."""

    def __init__(self) -> None:
        super().__init__("Không còn bài nào đủ điều kiện duyệt theo lô. Hãy duyệt từng bài.")


class SampleUnseen(SubmissionError):
    """Papers of the sample were not ticked as looked at."""

    def __init__(self, count: int) -> None:
        super().__init__(f"Còn {count} bài trong mẫu chưa xem. Hãy xem và đánh dấu từng bài rồi duyệt cả lô.")


class BatchSpoiled(SubmissionError):
    """A paper of the sample was sent back, marked, refused or replaced."""

    def __init__(self) -> None:
        super().__init__(
            "Trong mẫu có bài bị trả lại, được đánh dấu hoặc đã thay, nên không duyệt cả lô. Hãy duyệt từng bài."
        )


class BatchOver(SubmissionError):
    """The batch was accepted or stopped before."""

    def __init__(self) -> None:
        super().__init__("Lô này đã kết thúc. Hãy mở lại danh sách duyệt bài.")


class ScanRefused(SubmissionError):
    """A long scan that is not taken, or not cut as asked; the sentence says what to do."""


class UploadRefused(SubmissionError):
    """A file that is not begun to be taken: too big, no name, too many begun and not ended."""


class UploadGone(SubmissionError):
    """The upload was ended, taken away or has expired: the file has to be sent from its beginning."""

    def __init__(self) -> None:
        super().__init__("Lần tải lên này đã hết hạn hoặc đã bỏ. Hãy chọn lại tệp để tải từ đầu.")


class OffsetMoved(SubmissionError):
    """The piece does not begin where the file ends by now (another piece came first)."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__("Phần này đã nhận rồi. Trình duyệt sẽ tự tải tiếp từ chỗ đã nhận.")
