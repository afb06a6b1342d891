"""Model instances made of a row, without asking again for each row what is the same for all of them.

Django's `from_db` goes through every field of the model by its descriptor, sends two signals, and for some columns alone
tells for each row which ones are there: as dear as finding the row. The instance is the same.
Not here: the statements (`asking.py`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, cast

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import get_related_populators
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

_PLAIN = (DeferredAttribute, ForeignKeyDeferredAttribute)


class Maker:
    """What Django's populators ask of a model: `from_db`, for one model whose instances are made as `Model` makes them."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model

    def from_db(self, db: str, names: Sequence[str], values: Sequence[Any]) -> Model:
        """An instance with these columns (attribute names); those left out are read when they are asked for."""
        state = ModelState()
        state.adding, state.db = False, db
        made = self._model.__new__(self._model)
        vars(made).update(zip(names, values, strict=True), _state=state)
        return made


def maker_of(model: type[Model]) -> Any:
    """Its maker; the model itself when it has ways of its own to make or to keep a value."""
    is_as_any = (
        model.__init__ is Model.__init__
        and model.__new__ is object.__new__
        and getattr(model.from_db, "__func__", None) is getattr(Model.from_db, "__func__", model)
        and all(type(inspect.getattr_static(model, one.attname)) in _PLAIN for one in model._meta.concrete_fields)
        and not pre_init.has_listeners(model)
        and not post_init.has_listeners(model)
    )
    return Maker(model) if is_as_any else model


def row_reader(compiler: Any, db: str) -> Callable[[Sequence[Any]], Model]:
    """What makes an instance, with its related ones and annotations, of a row of this compiler's statement."""
    select, info = compiler.select, compiler.klass_info
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [one[0].target.attname for one in select[start:end]]
    maker, annotations = maker_of(info["model"]), compiler.annotation_col_map or {}
    populators = cast(Any, get_related_populators)(info, select, db)
    _with_makers(populators)

    def read(row: Sequence[Any]) -> Model:
        made = maker.from_db(db, names, row[start:end])
        for one in populators:
            one.populate(row, made)
        for name, column in annotations.items():
            setattr(made, name, row[column])
        return made

    return read


def _with_makers(populators: Sequence[Any]) -> None:
    for one in populators:
        one.model_cls = maker_of(one.model_cls)
        _with_makers(one.related_populators)
