"""Caches of pure functions that are bounded in bytes and can be counted.

A cache of a fixed number of entries has no bound in bytes if its arguments are texts of any length. `cached` is for
functions of numbers and other small values, and costs nothing more than `lru_cache`. `cached_texts` is for functions of
texts, and calls the function itself for a long one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CacheSize:
    """The entries of a cache, and about how many bytes they take and may take."""

    entries: int
    bytes: int
    most_bytes: int


# By the name of the function: its cache and the bytes that an entry takes at most.
_caches: dict[str, tuple[Any, int]] = {}


def cached(
    entries: int, entry_bytes: int = 250
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Keep the last results of a function whose arguments and results take at most `entry_bytes` together."""

    def decorate(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        kept = lru_cache(maxsize=entries)(function)
        _caches[f"{function.__module__.removeprefix('abandoned_checkouts.')}.{function.__qualname__}"] = (
            kept,
            entry_bytes,
        )
        return cast(Callable[Parameters, Result], kept)

    return decorate


def cached_texts(
    entries: int, longest: int, entry_bytes: int | None = None
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Keep the last results of a function, but not for texts of more than `longest` characters.

    `entry_bytes` is what an entry takes at most; by default twice the longest text, with four bytes for a character.
    """

    def decorate(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        kept: Any = cached(entries, entry_bytes or 8 * longest + 300)(function)

        @wraps(function)
        def call(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
            for argument in (*arguments, *named.values()) if named else arguments:
                if isinstance(argument, str) and len(argument) > longest:
                    return function(*arguments, **named)
            result: Result = kept(*arguments, **named)
            return result

        return call

    return decorate


def function_cache_sizes() -> dict[str, CacheSize]:
    """The sizes of all caches of this module by the names of their functions."""
    sizes = {}
    for name, (kept, entry_bytes) in _caches.items():
        info = kept.cache_info()
        sizes[name] = CacheSize(info.currsize, info.currsize * entry_bytes, info.maxsize * entry_bytes)
    return sizes
