"""The types of JSON in Python.

A `JsonValue` is a value that `orjson.loads` returns or `orjson.dumps` takes, a `Json` is an object. Readers of foreign
documents use `UntypedJson`: they index and call as if every value had the documented type, and a shape check before
them or an `except` around them turns the TypeError, KeyError … of a wrong one into a RejectedRecordError.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

JsonValue: TypeAlias = "Mapping[str, JsonValue] | Sequence[JsonValue] | str | int | float | bool | None"
Json: TypeAlias = dict[str, JsonValue]
UntypedJson: TypeAlias = dict[str, Any]
