"""Caches of pure functions, with a limit in bytes and counters.

`lru_cache` limits the number of entries, not their bytes: long arguments can fill the memory. Use `cached` for
functions of numbers and other small values; it is as fast as `lru_cache`. Use `cached_texts` for functions of texts;
results for long texts are not kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar, cast

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CacheSize:
    """The number of entries of a cache, and roughly the bytes that they take and can take at most."""

    entries: int
    bytes: int
    most_bytes: int


# Each cache with the maximum bytes of an entry, by the name of its function.
_caches: dict[str, tuple[Any, int]] = {}


def cached(
    entries: int, entry_bytes: int = 250
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Cache the last results of a function. An argument and its result take at most `entry_bytes` together."""

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
    """Cache the last results of a function, except for texts of more than `longest` characters.

    `entry_bytes` is the maximum size of an entry. The default is twice the longest text, at four bytes for a character.
    """

    def decorate(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        kept: Any = cached(entries, entry_bytes or 8 * longest + 300)(function)
        bare: Any = function

        if len(signature(function).parameters) == 1:
            # Twice as fast as the general form, and called for each amount of an import.
            @wraps(function)
            def call_with_one(argument: Any) -> Any:
                is_long = type(argument) is str and len(argument) > longest
                return bare(argument) if is_long else kept(argument)

            return cast(Callable[Parameters, Result], call_with_one)

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
    """The sizes of all caches that this module made, by the name of the function."""
    sizes = {}
    for name, (kept, entry_bytes) in _caches.items():
        info = kept.cache_info()
        sizes[name] = CacheSize(info.currsize, info.currsize * entry_bytes, info.maxsize * entry_bytes)
    return sizes
