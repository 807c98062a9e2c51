"""What the service logs: one line an event, as JSON or as text, with the id of its request.

No line holds personal data or secrets: requests are told by the template of their route, without
path, query, body or address; faults by their type, codes and places in the code, without the text
of the exception, which may quote what was sent; fields with the name of a secret are masked.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

from openzone.errors import OpenZoneError

Entry = MutableMapping[str, Any]
FRAMES_MAX = 12
SECRET = re.compile(r"passw|secret|token|cookie|authori[sz]ation|api_?key|one_time", re.IGNORECASE)
MASK = "***"
HANDLER = "openzone"


def configure(level: str, form: str) -> None:
    """Log events of at least `level` to standard error, as `json` or `text` (`auto`: by terminal).

    What libraries log by the standard library goes the same way.
    """
    weight = logging.getLevelNamesMapping()[level.upper()]
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _process, faults_told, secrets_masked,
    ]  # fmt: skip
    drawn: Any = _json if as_json else structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty() and not os.environ.get("NO_COLOR"), timestamp_key="time"
    )  # fmt: skip
    structlog.configure(
        processors=[*shared, drawn],
        wrapper_class=structlog.make_filtering_bound_logger(weight),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer)
        if as_json
        else structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name(HANDLER)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        _text_of(drawn) if as_json else drawn],
            use_get_message=True,
        )
    )  # fmt: skip
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if one.get_name() != HANDLER] + [handler]
    root.setLevel(max(weight, logging.WARNING))  # libraries tell addresses and queries below that


def faults_told(_: Any, __: str, entry: Entry) -> Entry:
    """Put the type, codes and places of an exception in the place of its text."""
    info = entry.pop("exc_info", None)
    entry.pop("exc_text", None)
    error = info[1] if isinstance(info, tuple) else info
    if error is True:
        error = sys.exc_info()[1]
    if not isinstance(error, BaseException):
        return entry
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
    entry["fault"] = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, OpenZoneError):
        entry["codes"] = sorted({fault.code for fault in error.faults})
    entry["at"] = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return entry


def secrets_masked(_: Any, __: str, entry: Entry) -> Entry:
    """Mask the fields whose names are those of secrets."""
    for name in entry:
        if SECRET.search(name):
            entry[name] = MASK
    return entry


def _short(path: str) -> str:
    """A path from the package on: where the program is installed is nobody's business."""
    parts = path.replace("\\", "/").split("/")
    for root in ("site-packages", "openzone"):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at + (root == "site-packages") :])
    return parts[-1]


def _process(_: Any, __: str, entry: Entry) -> Entry:
    entry["process"] = os.getpid()
    return entry


def _logger_name(logger: Any, _: str, entry: Entry) -> Entry:
    record = entry.get("_record")
    entry["logger"] = record.name if record is not None else getattr(logger, "name", "")
    return entry


def _json(_: Any, __: str, entry: Entry) -> bytes:
    return orjson.dumps(dict(entry), default=str)


def _text_of(drawn: Any) -> Any:
    def text(logger: Any, name: str, entry: Entry) -> str:
        said: bytes = drawn(logger, name, entry)
        return said.decode()

    return text
