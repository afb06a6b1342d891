"""The broker of the embedded profile: the library's folder of files, with messages that appear whole or not at all.

The library opens a message under its final name before it writes it, so a reader on a busy machine takes an empty
file and its worker ends with an unrecoverable error. Here a message is written under a hidden name and then renamed;
what cannot be read all the same (cut off by an older version, or by hand) is put aside and the next one taken: the
rows in the database are the queue, a lost doorbell is rung again by the sweeper.
Not here: which queues there are (`queues.py`).
"""

from __future__ import annotations

import uuid
from pathlib import Path
from time import monotonic_ns
from typing import Any

import structlog
from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

log = structlog.get_logger(__name__)


class Channel(filesystem.Channel):
    """Messages as files; a file that bears a message's name is complete."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:
        """Put a message into its queue. Raises ChannelError when the folder takes no file."""
        name = f"{monotonic_ns():020d}_{uuid.uuid4()}.{queue}.msg"  # read in the order of their names
        folder = Path(self.data_folder_out)
        unfinished = folder / f".{name}"
        try:
            unfinished.write_bytes(str_to_bytes(dumps(payload)))
            unfinished.replace(folder / name)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise ChannelError(f"Cannot add a message to {folder}") from error

    def _get(self, queue: str) -> Any:
        """The oldest readable message of a queue. Raises Empty when there is none."""
        while True:
            try:
                return super()._get(queue)
            except ValueError:  # the library has taken the file out of the queue already
                log.warning("broker_message_unreadable", queue=queue)


class Transport(filesystem.Transport):
    """The library's transport with this channel."""

    Channel = Channel
