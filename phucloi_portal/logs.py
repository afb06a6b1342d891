"""The form of log lines: one JSON object a line in production, readable lines at a desk.

Lines of Django, Celery and gunicorn take the same form and carry the request's id. No line carries a
request body, a cookie, a personal name or an e-mail address.
Not here: the audit log (`audit/`), which is evidence and lives in the database.
"""

import logging
import re
from typing import Any, Literal

import structlog

SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
]

# The values of local variables are names, addresses and passwords.
TRACEBACKS_WITHOUT_LOCALS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


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
        [TRACEBACKS_WITHOUT_LOCALS, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
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
    """Django hangs the whole request on its records; only the path may reach a log line, and no personal code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the request by its path, mask codes in message and path; always keep the record."""
        request = record.__dict__.pop("request", None)
        path = getattr(request, "path", None)
        if path:
            record.__dict__["path"] = without_codes(path)
        if isinstance(record.msg, str):
            record.msg = without_codes(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(without_codes(one) if isinstance(one, str) else one for one in record.args)
        return True
