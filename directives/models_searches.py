"""A question of the query bar that somebody keeps: his own, or shared with the ward.

Held by `models.py`, which knows the other models. Not here: keeping and dropping (`services.searches`), what the
question selects (`query_conditions.py`).
"""

from django.conf import settings
from django.db import models

from directives.query.lexing import LONGEST
from directives.querysets_searches import SavedSearchQuerySet
from units.models import Unit


class SavedSearch(models.Model):
    """Tìm kiếm đã lưu: a name and a line; each reader finds what he may see, whoever wrote it."""

    ward = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField("tên", max_length=80)
    line = models.CharField("điều kiện", max_length=LONGEST)
    is_shared = models.BooleanField("dùng chung trong phường", default=False)
    on_home = models.BooleanField("hiện thành ô ở trang đầu", default=False)
    saved_at = models.DateTimeField("lưu lúc")

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "tìm kiếm đã lưu"
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_search_name_once")]

    def __str__(self) -> str:
        return self.name
