"""The records of a file, one after the other, however the file holds them and however large it is.

Understood: JSON lines (also GraphQL bulk files with `__parentId`), a JSON array, one JSON object (a checkout, or
an answer that holds a list of them), each plain or compressed by gzip. Nothing is held but one record.
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

# A line longer than this is no line of JSON lines; it is read as a document, piece by piece.
LONGEST_LINE = 32 << 20
# So much of a file's beginning shows whether it is text.
_LOOKED_AT = 4096
# What no checkout comes near; to read objects within objects without end takes memory without end.
_DEEPEST, _DEEPEST_OF_DOCUMENTS = 200, 10_000

# How most lines of Shopify's checkouts begin: their number is known before they are decoded.
_LEADING_NUMBER = re.compile(rb'\s*\{\s*"id"\s*:\s*(\d+)\s*[,}]')
_PATIENT = ijson.get_backend("python")
_ANSWERED = re.compile(r"data\.\w+\.(?:edges|nodes)")


class SourceError(Exception):
    """A file cannot be read; the message says why, in one line."""


def records(
    path: Path,
    progress: Callable[[int], object] = lambda _read: None,
    wanted: Callable[[bytes], bool] | None = None,
) -> Iterator[FileRecord]:
    """Every record of a file, in order; `progress` is called from time to time with the number of bytes read.

    Lines that begin with a number that is not `wanted` are not decoded. A record that cannot be decoded comes with
    its `problem`. Raises SourceError.
    """
    try:
        with path.open("rb") as raw:
            file: IO[bytes] = raw
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if packed:
                unpacked = igzip.IGzipFile(fileobj=raw, mode="rb")  # type: ignore[no-untyped-call]
                file = io.BufferedReader(unpacked)
            if b"\x00" in file.read(_LOOKED_AT):
                raise SourceError(f"{path} cannot be read: it is no text, and so no JSON")
            _rewind(raw, file)
            lines = _is_lines(file)
            _rewind(raw, file)
            found = grouped(_decoded(file, wanted)) if lines else _document(file, lambda: _rewind(raw, file))
            for count, record in enumerate(found):
                if count % 512 == 0:
                    progress(raw.tell())
                yield record
            progress(raw.tell())
    except (OSError, EOFError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise SourceError(f"{path} cannot be read: {reason}") from problem


def _rewind(raw: IO[bytes], file: IO[bytes]) -> None:
    """To the first byte after a byte order mark."""
    file.seek(0)
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)


def _is_lines(file: IO[bytes]) -> bool:
    """Whether the first line that is not empty is a whole JSON object with others after it, or alone."""
    while line := file.readline(LONGEST_LINE):
        text = line.strip()
        if not text:
            continue
        if text[:1] != b"{":
            return text[:1] != b"["
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            # A damaged first line ends like an object; the first line of an object over several lines does not.
            return text[-1:] == b"}"
        return type(value) is dict
    return True


def _decoded(file: IO[bytes], wanted: Callable[[bytes], bool] | None) -> Iterator[FileRecord]:
    number = None
    for count, line in enumerate(file, 1):
        if wanted is not None:
            begins = _LEADING_NUMBER.match(line)
            number = None if begins is None else begins[1]
            if number is not None and not wanted(number):
                continue
        if line.isspace():
            continue
        place = f"line {count}"
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as problem:
            yield FileRecord(place, problem=f"this is not JSON: {problem}", number=number)
            continue
        if line.count(b"[") + line.count(b"{") > _DEEPEST and _is_too_deep(value):
            yield FileRecord(place, problem=str(_TooDeepError(_DEEPEST)), number=number)
            continue
        if b"\\u0000" in line:
            value = without_nul(value)
        if type(value) is dict and ("created_at" in value or "__parentId" in value):
            yield FileRecord(place, value, number=number)
        else:
            for single in records_of(value):
                yield FileRecord(place, single, number=number)


def _document(file: IO[bytes], rewind: Callable[[], None]) -> Iterator[FileRecord]:
    """The records of a JSON document, or of several one after the other, decoded one by one."""
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
        yield FileRecord(f"record {number + 1}", problem=f"the file is not JSON from here on: {reason}")


def _values(file: IO[bytes], rewind: Callable[[], None]) -> Iterator[object]:
    """What stands in the document's list, or the whole document. The quick reader ends at a whole number of more than
    64 bits, such as a damaged id; then the other one, which is many times slower, goes on from there."""
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
        prefix = _prefix_of_list(_PATIENT.parse(_Shallow(file), use_float=True, multiple_values=True))
        rewind()
        yield from islice(_PATIENT.items(_Shallow(file), prefix, use_float=True, multiple_values=True), count, None)


class _TooDeepError(ValueError):
    """Objects or lists stand within one another deeper than in any platform's records."""

    def __init__(self, deepest: int) -> None:
        super().__init__(f"it is nested more than {deepest} deep")


def _is_too_deep(value: object) -> bool:
    level: list[dict[str, object] | list[object]] = [value] if isinstance(value, (dict, list)) else []
    for _ in range(_DEEPEST):
        inner = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
        level = [part for part in inner if isinstance(part, (dict, list))]
        if not level:
            return False
    return True


class _Shallow:
    """A file that ends with an error where its brackets nest too deep for ijson, whose memory grows by their square.

    Brackets in texts are counted too: nearly all of them are closed again, and to distinguish them takes longer than to
    decode.
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
    """Where in a document its records stand, as ijson names places; the whole document where there is no list."""
    for prefix, event, _value in events:
        if event != "start_array":
            continue
        if prefix == "":
            return "item"
        if prefix in LISTS:
            return f"{prefix}.item"
        if _ANSWERED.fullmatch(prefix):
            return f"{prefix}.item.node" if prefix.endswith(".edges") else f"{prefix}.item"
    return ""


def without_nul(value: object) -> object:
    """The value with U+FFFD for NUL, which PostgreSQL cannot hold in a text."""
    if type(value) is str:
        return value.replace("\x00", "\ufffd") if "\x00" in value else value
    if type(value) is dict:
        return {without_nul(key): without_nul(item) for key, item in value.items()}
    if type(value) is list:
        return [without_nul(item) for item in value]
    return value
