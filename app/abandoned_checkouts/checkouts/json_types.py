"""The types of JSON in Python.

A `JsonValue` is a value that `orjson.loads` returns or `orjson.dumps` accepts; a `Json` is an object. Readers of
foreign documents use `UntypedJson`: they assume that every value has its documented type. A shape check before them or
an `except` around them turns the TypeError or KeyError of a wrong value into a RejectedRecordError.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

JsonValue: TypeAlias = "Mapping[str, JsonValue] | Sequence[JsonValue] | str | int | float | bool | None"
Json: TypeAlias = dict[str, JsonValue]
UntypedJson: TypeAlias = dict[str, Any]
