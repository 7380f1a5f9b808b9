"""Removes personal data and secrets from the texts of log lines.

A log line is written by code that knows what it says, so this is the second net: it catches e-mail addresses, telephone
numbers, tokens, and the paths and queries of URLs in the texts of errors. Names cannot be recognised; that is why the
message of an unexpected error is not logged at all (see `log_text`).
"""

import re
import traceback
from types import TracebackType

_EMAIL = re.compile(r"[^\s@<>\"'(),;:=/]+@[^\s@<>\"'(),;:=/]+\.\w+")
_PHONE = re.compile(r"\+\d[\d ().-]{6,}\d")
_TOKEN = re.compile(r"\b(?:shp[a-z]{2}_|Bearer )\S+")
_URL = re.compile(r"\b([a-z][a-z0-9+.-]*://)(?:[^/\s@]*@)?([^/\s?#\"']+)[/?#][^\s\"']*", re.IGNORECASE)

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def masked(text: str) -> str:
    """The text without what looks like personal data or a secret."""
    text = _URL.sub(r"\1\2/…", text)
    text = _EMAIL.sub("[e-mail]", text)
    return _TOKEN.sub("[token]", _PHONE.sub("[phone]", text))


def safe_traceback(problem: BaseException, *, with_messages: bool) -> str:
    """The traceback of an error and of its causes. Messages of errors can quote what a caller sent, so they are left
    out unless `with_messages`."""
    lines: list[str] = []
    for each in _chain(problem):
        if lines:
            lines.append("It led to:\n")
        lines += traceback.format_tb(each.__traceback__)
        name = f"{type(each).__module__}.{type(each).__qualname__}".removeprefix("builtins.")
        lines.append(f"{name}: {each}\n" if with_messages and str(each) else f"{name}\n")
    return masked("".join(lines)).rstrip("\n")


def _chain(problem: BaseException) -> list[BaseException]:
    """The error and its causes, the first cause first."""
    found: list[BaseException] = []
    present: BaseException | None = problem
    while present is not None and present not in found:
        found.append(present)
        context = None if present.__suppress_context__ else present.__context__
        present = present.__cause__ or context
    return found[::-1]
