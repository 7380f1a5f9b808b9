"""Parses the output of an extractor: rows as JSON lines, or messages of Singer or Airbyte with their states."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment

_SECOND = 1_000_000
_IDS = ("id", "admin_graphql_api_id", "checkout_id")
_UPDATED = ("updatedAt", "updated_at")
# Messages that have neither rows nor states.
_OTHERS = ("SCHEMA", "LOG", "TRACE", "CONTROL", "SPEC", "CATALOG", "CONNECTION_STATUS", "BATCH")


class OutputError(Exception):
    """The output is invalid. The message says where, and what is expected."""


@dataclass(slots=True)
class Output:
    """`rows` are ids with updated_at in whole seconds, in their order. `state` is the last state message, or None.

    `replaces`: the rows of this run replace all earlier ones (Singer's ACTIVATE_VERSION).
    """

    rows: list[tuple[int, int]] = field(default_factory=list)
    state: Any = None
    replaces: bool = False


def read_output(text: str) -> Output:
    """The rows and the last state in the lines of an output. Raises OutputError."""
    output, states = Output(), dict[str, UntypedJson]()
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            _take(message_of(line, number), number, output, states)
    if states:
        output.state = list(states.values())
    return output


def message_of(line: str, number: int) -> UntypedJson:
    """The JSON object in a line. Raises OutputError."""
    try:
        message = orjson.loads(line)
    except orjson.JSONDecodeError:
        message = None
    if not isinstance(message, dict):
        raise OutputError(
            f"line {number} of the output is not a JSON object: {line[:80]!r}. Write one row in each line, and logs to "
            "standard error."
        )
    return message


def _take(message: UntypedJson, number: int, output: Output, states: dict[str, UntypedJson]) -> None:
    kind = message.get("type")
    if kind == "RECORD" and isinstance(message.get("record"), dict):
        record = message["record"]
        if isinstance(record.get("data"), dict) and "stream" in record:
            _row(record["data"], str(record["stream"]), number, output)
        else:
            _row(record, str(message.get("stream") or ""), number, output)
    elif kind == "STATE" and "value" in message:
        output.state = message["value"]
    elif kind == "STATE" and isinstance(message.get("state"), dict):
        descriptor = (message["state"].get("stream") or {}).get("stream_descriptor") or {}
        states[str(descriptor.get("name"))] = message["state"]
    elif kind == "ACTIVATE_VERSION":
        output.replaces = True
    elif kind not in _OTHERS:
        _row(message, "", number, output)


def _row(row: UntypedJson, stream: str, number: int, output: Output) -> None:
    """Add a row to the output. Rows of other streams or types are ignored."""
    if stream and "checkout" not in stream.lower():
        return
    name = next((row[key] for key in _IDS if row.get(key) is not None), None)
    if isinstance(name, str) and name.startswith("gid://") and "/AbandonedCheckout/" not in name:
        return
    output.rows.append(row_of(row, number))


def row_of(row: UntypedJson, number: int) -> tuple[int, int]:
    """Id and updated_at, in whole seconds, of the row in the line with that number. Raises OutputError."""
    name = next((row[key] for key in _IDS if row.get(key) is not None), None)
    digits = str(name).rpartition("/")[2].partition("?")[0]
    if name is None or not digits.isdecimal():
        raise OutputError(f'line {number} of the output has no "id" of a checkout: {str(row)[:80]}')
    updated = next((row[key] for key in _UPDATED if row.get(key) is not None), None)
    try:
        moment = parse_moment(str(updated))
    except MomentError:
        raise OutputError(
            f'line {number} of the output has no "updatedAt" or "updated_at" with a time: {str(row)[:80]}'
        ) from None
    return int(digits), moment // _SECOND
