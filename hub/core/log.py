"""Structured logs: one JSON object a line, or coloured lines for a terminal. What PostgreSQL quotes
of an organisation's rows in an error stands in none of them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# The values that PostgreSQL and its driver quote in an error: DETAIL names the row or the key.
_QUOTED = tuple(
    re.compile(text, re.DOTALL)
    for text in (
        r"(?<=DETAIL:).*?(?=\nHINT:|\n\n|\Z)",
        r"(?<=Failing row contains).*?(?=\nHINT:|\n\n|\Z)",
        r"(?<=invalid input)[^\n]*",
        r"(?<=out of range: )\"[^\n]*",
        r"(?<=Key \()[^\n]*",
    )
)
HIDDEN = " …"


def hide_values(text: str) -> str:
    """A text without what an error of the database quotes of its rows."""
    for quoted in _QUOTED:
        text = quoted.sub(HIDDEN, text)
    return text


def _hide(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> dict[str, Any]:
    return {key: hide_values(one) if isinstance(one, str) else one for key, one in line.items()}


class _QuietPool(logging.Filter):
    """asyncpg's pool tells full tracebacks while a server is away: one line will do."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        record.exc_text = None
        return "Resetting connection with an active transaction" not in record.getMessage()


_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def processors(*, json: bool) -> list[structlog.typing.Processor]:
    """What makes a line of what is told."""
    return [*_SHARED, structlog.processors.format_exc_info, _hide, _renderer(json=json)]


def _renderer(*, json: bool) -> structlog.typing.Processor:
    if json:
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def set_up_logs(*, json: bool, level: int = logging.INFO) -> None:
    """Send our logs and those of the libraries to standard error in one form."""
    structlog.configure(
        processors=processors(json=json),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _hide,
            _renderer(json=json),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_QuietPool())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))


def tell(error: Exception) -> str:
    """The line that this process writes of an error, as its logs are set up."""
    line: Any = {"event": "told", "error": repr(error), "exc_info": error}
    for processor in structlog.get_config()["processors"]:
        line = processor(None, "error", line)
    return str(line)
