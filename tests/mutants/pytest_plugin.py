"""A plugin of pytest for mutmut: it numbers the cases of each test, and empties the caches of the changed code.

mutmut passes the ids of tests on the command line, where an id with "::" or a line break selects nothing. It starts
each run as a copy of a process that has run all tests with the unchanged code, so that a cache would hide a change. It
also notes which tests call a function, and a cache would hide the calls of all tests but the first.
"""

import functools
import gc
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

_caches: list[Any] = []


def pytest_collection_finish() -> None:
    found = (each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper))
    _caches[:] = [each for each in found if _is_changed_code(each)]


def pytest_runtest_setup() -> None:
    for each in _caches:
        each.cache_clear()


@pytest.hookimpl(wrapper=True)
def pytest_generate_tests(metafunc: Any) -> Iterator[None]:
    parametrize = metafunc.parametrize

    def numbered(argnames: Any, argvalues: Iterable[Any], **settings: Any) -> None:
        values = [_without_id(value) for value in argvalues]
        parametrize(argnames, values, **{**settings, "ids": list(map(str, range(len(values))))})

    metafunc.parametrize = numbered
    yield


def _is_changed_code(cache: Any) -> bool:
    return str(getattr(cache, "__module__", "")).startswith(("abandoned_checkouts", "search_syntax"))


def _without_id(value: Any) -> Any:
    return value._replace(id=None) if hasattr(value, "marks") and hasattr(value, "_replace") else value
