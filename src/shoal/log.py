"""Log lines: short ones for people, or JSON for machines. Everything goes to standard error."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

import structlog
from structlog.types import Processor

# Chatty at a level where we want to hear ourselves.
QUIET = ("_granian", "alembic", "procrastinate", "psycopg", "psycopg.pool", "asyncio")


def configure(*, format: str, level: str) -> None:
    """Sends the lines of structlog and of the standard library the same way."""
    shared: Sequence[Processor] = (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso" if format == "json" else "%H:%M:%S", utc=format == "json"),
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_writers(format)))
    logging.basicConfig(handlers=[handler], level=_number(level), force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(_number(level), logging.WARNING))


def _writers(format: str) -> list[Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if format == "json":
        return [strip, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [strip, _console()]


def _console() -> Processor:
    # Plain tracebacks: the rich ones print local variables, and with them secrets.
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    )


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
