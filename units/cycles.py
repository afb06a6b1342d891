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

    What is there at the end counts as old, so that the next small search does not walk all of it either.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # what somebody has frozen stays so
                gc.freeze()
                gc.unfreeze()  # into the oldest generation
            gc.enable()
