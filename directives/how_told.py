"""How those concerned learn that a deadline was moved or a work released: one sentence that is true of all of them. Pure.

Not here: telling them (`reminders.change_bell`, `reminders.changes`).
"""

from typing import Final

HOW_TOLD: Final = (
    "Ai có tài khoản thấy ngay trên cổng; ai nhận thư được thì có thư báo, lập lúc 16:00 và đi trong giờ làm việc. "
    "Ai không có cả hai thì nhờ đơn vị nhắn giúp."
)
