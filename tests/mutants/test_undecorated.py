"""Code in which functions are decorated by a statement after them."""

from tests.mutants.undecorated import undecorated

DECORATED = """
@cache
@limited(2, name="x")
def double(number):
    return number * 2


class Page:
    @property
    def size(self):
        @wraps(double)
        def inner(number):
            return double(number)

        return inner(self.first)

    @classmethod
    def empty(cls):
        return cls()
"""
UNDECORATED = """
def double(number):
    return number * 2
double = cache(limited(2, name='x')(double))


class Page:
    def size(self):
        def inner(number):
            return double(number)
        inner = wraps(double)(inner)

        return inner(self.first)
    size = property(size)

    @classmethod
    def empty(cls):
        return cls()
"""


def test_decorators_become_statements_except_those_that_mutmut_changes() -> None:
    assert undecorated(DECORATED) == UNDECORATED


def test_code_without_decorators_stays_as_it_is() -> None:
    assert undecorated("def double(number):\n    return number * 2\n") == "def double(number):\n    return number * 2\n"
