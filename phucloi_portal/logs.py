"""The form of log lines: one JSON object a line in production, readable lines at a desk.

Lines of Django, Celery and gunicorn take the same form and carry the request's id. No line carries a
request body, a query, a cookie, a personal name, an e-mail address or the code of a personal link: an address is told
by its route, an error by its type and its places in the code, never by its message (a database quotes the row).
Not here: the audit log (`audit/`), which is evidence and lives in the database.
"""

import logging
import re
import traceback
from typing import Any, Literal, TextIO

import structlog

SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
]

# The values of local variables are names, addresses and passwords.
_TRACEBACKS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def traceback_without_values(exc_info: Any) -> list[dict[str, Any]]:
    """The error and its causes by type and place; what they say stays out."""
    told = _TRACEBACKS(exc_info)
    for error in told:
        error["exc_value"] = ""
        error.pop("exc_notes", None)
        error.pop("exceptions", None)
    return told


def plain_traceback_without_values(out: TextIO, exc_info: Any) -> None:
    """The same for people: causes first, each with its places in the code and its type."""
    error, chain = exc_info[1], []
    while error is not None and len(chain) < _LONGEST_CHAIN:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for one in reversed(chain):
        out.write("".join(traceback.format_tb(one.__traceback__)))
        out.write(f"{type(one).__module__}.{type(one).__qualname__}\n")


_LONGEST_CHAIN = 10


def logging_config(*, form: Literal["json", "console"], level: str) -> dict[str, Any]:
    """Django's LOGGING for lines on stderr in `form`, from `level` upwards; configures structlog to match."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: list[Any] = (
        [
            structlog.processors.ExceptionRenderer(traceback_without_values),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain_traceback_without_values)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "portal": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED_PROCESSORS,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
            }
        },
        "filters": {"no_request": {"()": DropRequestObject}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "portal", "filters": ["no_request"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"level": level, "propagate": True, "handlers": []},
            "django.server": {"handlers": [], "propagate": True},
            # every 404 of a foreign object is a wanted answer, not a fault to wake somebody for
            "django.request": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
            "weasyprint": {"level": "ERROR"},
        },
    }


# The address of a personal link holds its code, which is as good as a password.
_PERSONAL_CODE = re.compile(r"(/r/)[^/?\s\"']+")


def without_codes(text: str) -> str:
    """The text with the codes of personal links taken out of every address."""
    return _PERSONAL_CODE.sub(r"\1…", text)


class DropRequestObject(logging.Filter):
    """Django hangs the whole request on its records and names its path; only the route may reach a log line, no personal code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the request by its route, and what a failed task said by its type; always keep the record."""
        request = record.__dict__.pop("request", None)
        path = getattr(request, "path", None)
        if path:
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else without_codes(path)
            record.__dict__["path"] = route
            if isinstance(record.args, tuple):
                record.args = tuple(route if isinstance(one, str) and path in one else one for one in record.args)
        elif isinstance(record.args, dict) and "exc" in record.args and record.exc_info:
            kind = record.exc_info[0].__name__ if record.exc_info[0] else ""
            record.args = {**record.args, "exc": kind, "traceback": "", "args": "", "kwargs": ""}
        if isinstance(record.msg, str):
            record.msg = without_codes(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(without_codes(one) if isinstance(one, str) else one for one in record.args)
        return True
