"""A cache whose loss costs speed, never a page: while Redis is away, everything is a miss.

What must not be lost (sessions, states, leases) is in the database. Limits on attempts live in the cache and
therefore pause while it is away; the log says so. Not here: the addresses (`settings.py`).
"""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSlow

log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; a server that is away or slow is a miss on reading and nothing on writing."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default` when there is none or nobody answers."""
        return self._forgive(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """The values that are there; none when nobody answers."""
        return self._forgive(lambda: super(ForgivingRedisCache, self).get_many(keys, version), {})

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Keep the value if somebody answers."""
        self._forgive(lambda: super(ForgivingRedisCache, self).set(key, value, *args, **kwargs), None)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Keep the values; returns the keys that were not kept."""
        return self._forgive(lambda: super(ForgivingRedisCache, self).set_many(data, *args, **kwargs), list(data))

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Whether the value was new; True when nobody answers, as on a first attempt."""
        return self._forgive(lambda: super(ForgivingRedisCache, self).add(key, value, *args, **kwargs), True)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """The new count; ValueError when there is none or nobody answers, as for an unknown key."""
        found = self._forgive(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), None)
        if found is None:
            raise ValueError(f"no count under {key!r}")
        return found

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        """Whether the value was there and lives on."""
        return self._forgive(lambda: super(ForgivingRedisCache, self).touch(key, *args, **kwargs), False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Whether there was something to forget."""
        return self._forgive(lambda: super(ForgivingRedisCache, self).delete(key, version), False)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether there is a value."""
        return self._forgive(lambda: super(ForgivingRedisCache, self).has_key(key, version), False)

    @staticmethod
    def _forgive(ask: Callable[[], Any], instead: Any) -> Any:
        try:
            return ask()
        except (RedisAway, RedisSlow) as error:
            log.warning("cache.away", error=type(error).__name__)
            return instead
