"""The types of JSON in Python.

A `JsonValue` is a value that `orjson.loads` returns or `orjson.dumps` accepts; a `Json` is an object. Readers of
documents from other systems use `UntypedJson` and assume that every value has its documented type. If one has not, the
reader raises a TypeError or KeyError, and its caller turns that into a RejectedRecordError.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

JsonValue: TypeAlias = "Mapping[str, JsonValue] | Sequence[JsonValue] | str | int | float | bool | None"
Json: TypeAlias = dict[str, JsonValue]
UntypedJson: TypeAlias = dict[str, Any]
