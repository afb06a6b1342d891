"""Python's search for cycles held off while many rows are made that hold none.

Pure. Not here: freeing memory; that goes on by counting.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_cycle_search() -> Iterator[None]:
    """No search for cycles in the block: rows of values hold none, and walking half a million of them again and again
    costs a third of the time. Also a decorator.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
