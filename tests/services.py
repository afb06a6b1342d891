"""The PostgreSQL and Redis that tests of the production profile talk to, if this machine has them.

`PORTAL_TEST_POSTGRES` and `PORTAL_TEST_REDIS` name them; the role must be allowed to create databases.
Not here: the database of the ordinary test run (`DATABASE_URL`, see `settings.py`).
"""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES", f"postgres://{getpass.getuser()}@127.0.0.1:5432/postgres")
REDIS = os.environ.get("PORTAL_TEST_REDIS", "redis://127.0.0.1:6379/9")


def lacking() -> str:
    """Why the production profile cannot be tested here; "" when it can."""
    try:
        with closing(psycopg2.connect(POSTGRES, connect_timeout=2)):
            pass
    except psycopg2.OperationalError as error:
        return f"no PostgreSQL at {urlsplit(POSTGRES).hostname}: {str(error).splitlines()[0]}"
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        return f"no Redis: {error}"
    return ""


@contextmanager
def fresh_database(name: str, template: str = "template0") -> Iterator[str]:
    """A PostgreSQL database called `name`, a copy of `template` (empty), dropped at the end. Yields its URL."""
    with closing(psycopg2.connect(POSTGRES)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" ENCODING \'UTF8\' TEMPLATE "{template}"')
            try:
                yield urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{name}"))
            finally:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def main() -> int:
    """Print the settings of a test run on both, for a shell to take over; 1 with the reason when there is none."""
    if reason := lacking():
        print(reason, file=sys.stderr)
        return 1
    database = urlunsplit(urlsplit(POSTGRES)._replace(path="/portal"))  # the run itself uses test_portal_…
    print(f"DATABASE_URL={database} REDIS_URL={REDIS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
