"""Keeps the results of tools short: an agent reads every byte of them."""

from collections.abc import Mapping
from typing import Any

import orjson

MOST_BYTES = 60_000
# A list or object of which one part has this share of the bytes is cut inside of that part.
_SHARE = 0.5
# The bytes that a line of `left_out` takes.
_LINE_BYTES = 200


def size_of(value: Any) -> int:
    """The bytes of a value as JSON."""
    return len(orjson.dumps(value))


def shortened(answer: dict[str, Any], most: int = MOST_BYTES) -> dict[str, Any]:
    """The answer if it has at most `most` bytes. Else a copy with its longest lists, objects and texts cut, and
    `left_out`, which says where and how much."""
    if size_of(answer) <= most:
        return answer
    # The answer is wrapped, so that its own fields can be cut, too.
    whole = {"answer": orjson.loads(orjson.dumps(answer))}
    sizes: dict[str, tuple[int, int]] = {}
    while size_of(whole) > most - _LINE_BYTES * (1 + len(sizes)):
        *above, last = _to_cut(whole)
        parent: Any = whole
        for name in above:
            parent = parent[name]
        value = parent[last]
        kept = len(value) // 2
        place = ".".join(map(str, [*above, last][1:])) or "answer"
        sizes[place] = (kept, sizes.get(place, (0, len(value)))[1])
        parent[last] = dict(list(value.items())[:kept]) if isinstance(value, dict) else value[:kept]
    left_out = [f"{place}: the first {kept:,} of {total:,}" for place, (kept, total) in sizes.items()]
    return {**whole["answer"], "left_out": left_out}


def _to_cut(whole: Mapping[str, Any]) -> list[Any]:
    """The path of the largest list, object or text without a part that has most of its bytes."""
    path: list[Any] = []
    value: Any = whole
    while isinstance(value, dict | list):
        places = value.items() if isinstance(value, dict) else enumerate(value)
        parts = [(size_of(part), name) for name, part in places if isinstance(part, dict | list | str) and part]
        size, name = max(parts, default=(0, None), key=lambda each: each[0])
        if name is None or (path and size < size_of(value) * _SHARE):
            return path
        path.append(name)
        value = value[name]
    return path
