"""Reads the records of a file one by one, so that only one record is in memory at a time.

A file can be JSON lines (also of a GraphQL bulk operation, with `__parentId`), a JSON array, or one JSON object: a
checkout or a response with a list of them. It can also be CSV (see spreadsheet_records). It can be compressed with
gzip.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import ijson
import orjson
from isal import igzip

from abandoned_checkouts.intake.bulk_lines import grouped
from abandoned_checkouts.intake.record import FileRecord
from abandoned_checkouts.intake.record_formats import LISTS, records_of
from abandoned_checkouts.intake.spreadsheet_records import encoding_of, is_spreadsheet, spreadsheet_records

# The maximum length of a line of JSON lines. A file with a longer line is read as one document, in parts.
LONGEST_LINE = 32 << 20
# Lines have about 4 KB, so a buffer of the usual 8 KB would be filled for every second line.
_BUFFER = 1 << 16
# A file that has a NUL in this number of first bytes is not text.
_CHECKED_FOR_NUL = 4096
# The maximum depth of nested objects and lists, far above that of any checkout. Deeper nesting could fill the memory.
_DEEPEST, _DEEPEST_OF_DOCUMENTS = 200, 10_000

# Most lines of Shopify's checkouts start with the id, so a line can be skipped without decoding it.
_LEADING_ID = re.compile(rb'\s*\{\s*"id"\s*:\s*(\d+)\s*[,}]')
_SLOW_IJSON = ijson.get_backend("python")
_LIST_IN_RESPONSE = re.compile(r"data\.\w+\.(?:edges|nodes)")


class SourceError(Exception):
    """A file cannot be read. The message says why, in one line."""


def size_of(path: Path) -> int:
    """The size of a file in bytes. 0 if it cannot be read: `records` then raises an error that says why."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def records(
    path: Path,
    progress: Callable[[int], object] = lambda _read: None,
    is_own: Callable[[bytes], bool] | None = None,
) -> Iterator[FileRecord]:
    """Every record of a file, in order. `progress` is called from time to time with the number of bytes read.

    If a line starts with an id, `is_own` is called with it; if that returns false, the line is skipped. A record that
    cannot be decoded has a `problem`. Raises SourceError.
    """
    try:
        with path.open("rb", buffering=_BUFFER) as raw:
            file: IO[bytes] = raw
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if packed:
                unpacked = igzip.IGzipFile(fileobj=raw, mode="rb")  # type: ignore[no-untyped-call]
                file = io.BufferedReader(unpacked)
            start = file.read(_CHECKED_FOR_NUL)
            if is_spreadsheet(start):
                file.seek(0)
                encoding = encoding_of(file)
                file.seek(0)
                found = spreadsheet_records(file, encoding)
            elif b"\x00" in start:
                raise SourceError(f"{path} cannot be read: not UTF-8 text")
            else:
                _rewind(raw, file)
                lines = _is_lines(file)
                _rewind(raw, file)
                found = grouped(_decoded(file, is_own)) if lines else _document(file, lambda: _rewind(raw, file))
            for count, record in enumerate(found):
                if count % 512 == 0:
                    progress(raw.tell())
                yield record
            progress(raw.tell())
    except (OSError, EOFError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise SourceError(f"{path} cannot be read: {reason}") from problem


def _rewind(raw: IO[bytes], file: IO[bytes]) -> None:
    """Go to the start of the file, after a byte order mark if it has one."""
    file.seek(0)
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)


def _is_lines(file: IO[bytes]) -> bool:
    """Whether the file is JSON lines: the first non-empty line is a complete JSON object."""
    while line := file.readline(LONGEST_LINE):
        text = line.strip()
        if not text:
            continue
        if text[:1] != b"{":
            return text[:1] != b"["
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            # A damaged line of JSON lines still ends with a brace. The first line of an indented object does not.
            return text[-1:] == b"}"
        return type(value) is dict
    return True


def _decoded(file: IO[bytes], is_own: Callable[[bytes], bool] | None) -> Iterator[FileRecord]:
    number = None
    for count, line in enumerate(file, 1):
        if is_own is not None:
            start = _LEADING_ID.match(line)
            number = None if start is None else start[1]
            if number is not None and not is_own(number):
                continue
        if line.isspace():
            continue
        place = f"line {count}"
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as problem:
            yield FileRecord(place, problem=f"not valid JSON: {problem}", number=number)
            continue
        if line.count(b"[") + line.count(b"{") > _DEEPEST and _is_too_deep(value):
            yield FileRecord(place, problem=str(_TooDeepError(_DEEPEST)), number=number)
            continue
        # Most lines have no backslash, and to find one byte is much faster.
        if b"\\" in line and b"\\u0000" in line:
            value = without_nul(value)
        if type(value) is dict and ("created_at" in value or "__parentId" in value):
            yield FileRecord(place, value, number=number)
        else:
            for single in records_of(value):
                yield FileRecord(place, single, number=number)


def _document(file: IO[bytes], rewind: Callable[[], None]) -> Iterator[FileRecord]:
    """The records of one or more JSON documents in a file, decoded one by one."""
    number = 0
    try:
        for value in _values(file, rewind):
            if _is_too_deep(value):
                number += 1
                yield FileRecord(f"record {number}", problem=str(_TooDeepError(_DEEPEST)))
                continue
            for single in records_of(without_nul(value)):
                number += 1
                yield FileRecord(f"record {number}", single)
    except (ijson.JSONError, _TooDeepError) as problem:
        reason = " ".join(str(problem).split())
        yield FileRecord(f"record {number + 1}", problem=f"not valid JSON from here on: {reason}")


def _values(file: IO[bytes], rewind: Callable[[], None]) -> Iterator[object]:
    """The items of the document's list, or the whole document.

    The fast parser cannot read an integer of more than 64 bits, for example a damaged id. The slow one continues there.
    """
    count = 0
    try:
        prefix = _prefix_of_list(ijson.parse(_Shallow(file), use_float=True, multiple_values=True))
        rewind()
        for value in ijson.items(_Shallow(file), prefix, use_float=True, multiple_values=True):
            count += 1
            yield value
    except ijson.IncompleteJSONError as problem:
        if "integer overflow" not in str(problem):
            raise
        rewind()
        prefix = _prefix_of_list(_SLOW_IJSON.parse(_Shallow(file), use_float=True, multiple_values=True))
        rewind()
        yield from islice(_SLOW_IJSON.items(_Shallow(file), prefix, use_float=True, multiple_values=True), count, None)


class _TooDeepError(ValueError):
    """Objects or lists are nested more deeply than any platform sends."""

    def __init__(self, deepest: int) -> None:
        super().__init__(f"nested more than {deepest} levels deep")


def _is_too_deep(value: object) -> bool:
    level: list[dict[str, object] | list[object]] = [value] if isinstance(value, (dict, list)) else []
    for _ in range(_DEEPEST):
        inner = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
        level = [part for part in inner if isinstance(part, (dict, list))]
        if not level:
            return False
    return True


class _Shallow:
    """Wraps a file and raises _TooDeepError at deep nesting, because ijson's memory grows with the square of the depth.

    Brackets in strings are counted too: most come in pairs, and recognizing strings would take longer than decoding.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._open = 0

    def read(self, size: int = -1) -> bytes:
        part = self._file.read(size)
        self._open += part.count(b"[") + part.count(b"{") - part.count(b"]") - part.count(b"}")
        if self._open > _DEEPEST_OF_DOCUMENTS:
            raise _TooDeepError(_DEEPEST_OF_DOCUMENTS)
        return part


def _prefix_of_list(events: Iterable[tuple[str, str, object]]) -> str:
    """The path of the list of records in a document, in ijson's notation. Empty if the document has no such list."""
    for prefix, event, _value in events:
        if event != "start_array":
            continue
        if prefix == "":
            return "item"
        if prefix in LISTS:
            return f"{prefix}.item"
        if _LIST_IN_RESPONSE.fullmatch(prefix):
            return f"{prefix}.item.node" if prefix.endswith(".edges") else f"{prefix}.item"
    return ""


def without_nul(value: object) -> object:
    """The value with each NUL character replaced by U+FFFD, because PostgreSQL cannot store NUL in a text."""
    if type(value) is str:
        return value.replace("\x00", "\ufffd") if "\x00" in value else value
    if type(value) is dict:
        return {without_nul(key): without_nul(item) for key, item in value.items()}
    if type(value) is list:
        return [without_nul(item) for item in value]
    return value
