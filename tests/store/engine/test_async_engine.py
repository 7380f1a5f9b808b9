"""The store opens without SQLAlchemy's ORM, and other programs of the process still get its sessions."""

import subprocess
import sys

import pytest

_START = "import sys\nimport abandoned_checkouts.store.engine.async_engine\nimport sqlalchemy.ext.asyncio as package\n"


def printed(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_orm_is_imported_when_somebody_asks_for_a_session() -> None:
    program = (
        f"{_START}"
        "print('sqlalchemy.orm' in sys.modules, package.AsyncEngine.__module__)\n"
        "from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session\n"
        "print(AsyncSession.__module__, async_scoped_session.__module__, 'sqlalchemy.orm' in sys.modules)\n"
        "print(AsyncSession is package.session.AsyncSession, hasattr(package, 'nothing'))\n"
    )
    name = "sqlalchemy.ext.asyncio"
    assert printed(program) == [
        *("False", f"{name}.engine"),
        *(f"{name}.session", f"{name}.scoping", "True"),
        *("True", "False"),
    ]


@pytest.mark.parametrize("first", ["sqlalchemy.ext.asyncio", "sqlalchemy.orm"])
def test_nothing_changes_for_a_program_that_has_imported_it(first: str) -> None:
    program = f"import {first}\n{_START}print('AsyncSession' in vars(package), hasattr(package, '__getattr__'))\n"
    assert printed(program) == ["True", "False"]


_NEEDS_THE_SESSIONS_AT_ONCE = """
import sys

class FailsOnce:
    has_failed = False

    def find_spec(self, name, path, target=None):
        if name == "sqlalchemy.ext.asyncio.engine" and not self.has_failed:
            self.has_failed = True
            raise TypeError("the sessions are needed")

finder = FailsOnce()
sys.meta_path.insert(0, finder)
"""


def test_another_version_of_sqlalchemy_is_imported_as_usual() -> None:
    shown = "print(finder.has_failed, 'AsyncSession' in vars(package), package.AsyncEngine.__module__)"
    assert printed(f"{_NEEDS_THE_SESSIONS_AT_ONCE}{_START}{shown}") == ["True", "True", "sqlalchemy.ext.asyncio.engine"]
