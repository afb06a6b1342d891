"""Questions to the log, and the refusal to change it in bulk.

Not here: the entry itself (`models.py`), the chain's rule (`chain.py`).
"""

from collections.abc import Iterator
from typing import Any, NoReturn, Self

from django.db import models

from audit.chain import Link
from audit.errors import AppendOnly


class AuditEntryQuerySet(models.QuerySet):
    """Entries newest or oldest first; every way of changing them raises `AppendOnly`."""

    def of_object(self, obj_type: str, obj_id: object) -> Self:
        """The history of one object, oldest first; `obj_type` as "app.model"."""
        return self.filter(obj_type=obj_type, obj_id=str(obj_id)).order_by("seq")

    def in_ward(self, ward_id: int) -> Self:
        """Entries that belong to one ward."""
        return self.filter(ward_id=ward_id)

    def latest(self, action: str) -> Any:
        """The newest entry of an action; None when there is none."""
        return self.filter(action=action).order_by("-seq").first()

    def links(self) -> Iterator[Link]:
        """The chain from its first row, streamed."""
        for entry in self.order_by("seq").iterator(chunk_size=2000):
            yield entry.link()

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]
    update.alters_data = True  # type: ignore[attr-defined]
