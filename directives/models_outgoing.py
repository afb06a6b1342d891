"""A number of the register of outgoing papers (sổ văn bản đi) that no row of `Directive` carries.

The portal's own letters, bundles and reports take one; a văn thư explains those used outside the portal or left out.
Held by `models.py`, which knows the other models. Not here: the run of numbers (`numbering.py`), verbs (`services.numbering`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.choices import DirectiveKind, OutgoingState
from directives.querysets_outgoing import OutgoingNumberQuerySet
from units.models import Unit


class OutgoingNumber(models.Model):
    """Số văn bản đi: a number of a kind; `about` says of what, `note` why nothing bears it.

    It belongs to the term that `day` lies in, as a directive does: terms are entered late and put right, and the row
    then follows. That it is taken once a term is seen to under the ward's lock.
    """

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField("loại", max_length=10, choices=DirectiveKind)
    number = models.PositiveIntegerField("số")
    state = models.CharField(max_length=8, choices=OutgoingState)
    day = models.DateField("ngày")
    about = models.CharField("văn bản", max_length=255, blank=True, default="")
    directive = models.ForeignKey("directives.Directive", models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField("ghi chú", max_length=255, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    objects = OutgoingNumberQuerySet.as_manager()

    class Meta:
        verbose_name = "số văn bản đi"
        ordering = ("kind", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "kind", "number", "day"],
                condition=Q(state=OutgoingState.TAKEN),
                name="number_taken_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number:02d}-{self.kind}"
