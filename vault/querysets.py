"""Questions to the blobs.

Not here: permissions; a blob has none of its own, its owner's door decides (`submissions.access`).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef


class BlobQuerySet(models.QuerySet):
    """Blobs that read like sentences."""

    def damaged(self) -> Self:
        """Found missing or altered, and not put back since; what was destroyed by term is none of them."""
        return self.filter(
            models.Q(quarantined_at__isnull=False) | models.Q(missing_since__isnull=False), destroyed_at=None
        )

    def last_put_before(self, at: datetime) -> Self:
        """Whose bytes were last put strictly before `at`."""
        return self.filter(last_put_at__lt=at)

    def unreferenced(self, *, apart_from: Collection[type[models.Model]] = ()) -> Self:
        """That no row of any app points to. Every foreign key to Blob counts, whichever app declares it, but for
        those of the models in `apart_from` (rows that only describe a blob and may go with it)."""
        found = self
        for relation in self.model._meta.get_fields(include_hidden=True):
            if not (relation.one_to_many or relation.one_to_one) or relation.concrete:
                continue
            if relation.related_model in apart_from:
                continue
            holder = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            found = found.filter(~Exists(holder))
        return found
