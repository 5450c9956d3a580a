"""Logs: text on a terminal, one JSON object a line otherwise. Never a token, never what a person wrote."""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO

from bot.usecases.in_hand import request_in_hand


@contextmanager
def _unseen(library: str) -> Iterator[None]:
    """Let nobody find a library that is not imported yet."""
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment]  # for which an import fails as if it were not installed
    try:
        yield
    finally:
        del sys.modules[library]


with _unseen("rich"):  # for tracebacks, which are never printed here: 3 MB in each bot, and a twentieth of its start
    import structlog

SECRETS = re.compile(
    r"(?:xox[a-z]\.)?xox[a-z]-[\w-]+|xapp-[\w-]+|(?i:(?<=bearer )|(?<=basic ))\S+|(?<=ticket=)[\w-]+"
    r"|(?<=hooks\.slack\.com/)[\w/%.-]+"
    r"|AT[ACS]TT[\w=-]+|(?<=://)[^\s/:@]{0,100}:\S{1,500}(?=@)|(?<=:)[^:@/\s]+(?=@)|\b[12]/\d{5,}(?:[:/]\w+)+"
)
"""Tokens of Slack, Atlassian and Asana, credentials in headers and addresses, and Slack's response URLs.

The password of an address may hold a slash or an at sign, whatever the standards say of it."""
TALKATIVE = (
    "slack_bolt",
    "slack_sdk",
    "aiohttp",
    "httpx",
    "httpcore",
    "urllib3",
    "apscheduler",
    "asana",
    "jira",
    "dbos",
    "alembic",
    "uvicorn",
)
"""Libraries that print requests and answers, which hold people's words and tokens."""
Event = MutableMapping[str, Any]


def set_up(level: str, stream: TextIO | None = None) -> None:
    """Send all logs, ours and the libraries', to standard output or another stream."""
    out = stream or sys.stdout
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        name_request,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        name_place,
        redact,
    ]
    tty = out.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if tty else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,  # first: what is not wanted costs nothing
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    handler.addFilter(_is_said)
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_news)
    logging.getLogger("asyncio").addFilter(_first_line)
    for library in TALKATIVE:
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _is_said(record: logging.LogRecord) -> bool:
    """Not what libraries say below a warning; asked at the end, since Bolt sets the levels of its loggers itself."""
    return record.levelno >= logging.WARNING or not record.name.startswith(TALKATIVE)


def _is_news(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN in the environment by itself and warns that it will not use it: as we want it."""
    return "will be unused" not in record.getMessage() and "will be ignored" not in record.getMessage()


def _first_line(record: logging.LogRecord) -> bool:
    """Python's loop prints a lost task with its exception's message behind the first line."""
    record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


def name_request(_logger: object, _method: str, event: Event) -> Event:
    """Say which request the line is about, if it is about one."""
    if request_id := request_in_hand.get():
        event.setdefault("request_id", request_id)
    return event


def name_place(_logger: object, _method: str, event: Event) -> Event:
    """Say where an exception came from, without its message: that may hold what somebody wrote, or a token."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_places(error))
    return event


def _places(error: BaseException) -> list[str]:
    """The kinds of error and the places in the code, the cause first."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = _places(earlier) if earlier is not None else []
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        lines += _places(part)
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-8:]))
    return [*lines, f"{type(error).__name__} at {places or 'an unknown place'}"]


def redact(_logger: object, _method: str, event: Event) -> Event:
    """Replace anything that looks like a secret."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = _redacted(value)
    return event


def _redacted(value: Any) -> Any:
    match value:
        case str():
            printable = value.encode(errors="replace").decode()  # half of a surrogate pair cannot be printed
            return SECRETS.sub("[secret]", printable)
        case dict():
            return {key: _redacted(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_redacted(entry) for entry in value]
        case _:
            return value


def get(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
