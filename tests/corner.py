"""An empty cache for a test, without emptying the one that other processes of the run use beside it.

On Redis every process of a run shares one database: `cache.clear()` there takes away the counters and sessions that a
test in another process relies on at that moment. Not here: the fixture that begins each test with it (`conftest.py`).
"""

import uuid

from django.core.cache import cache


def empty_the_cache() -> None:
    """Forget all that this process has put into the cache so far."""
    cache.key_prefix = f"test-{uuid.uuid4().hex}"
