"""A plugin of pytest that numbers the cases of each test: mutmut cannot select tests whose ids have any text.

An id can have "::", a quote or a line break, and mutmut passes ids on the command line.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_generate_tests(metafunc: Any) -> Iterator[None]:
    parametrize = metafunc.parametrize

    def numbered(argnames: Any, argvalues: Iterable[Any], **settings: Any) -> None:
        values = [_without_id(value) for value in argvalues]
        parametrize(argnames, values, **{**settings, "ids": list(map(str, range(len(values))))})

    metafunc.parametrize = numbered
    yield


def _without_id(value: Any) -> Any:
    return value._replace(id=None) if hasattr(value, "marks") and hasattr(value, "_replace") else value
