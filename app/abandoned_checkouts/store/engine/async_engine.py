"""Imports SQLAlchemy's asynchronous engine without its ORM, which takes longer to import than a short command to run.

`sqlalchemy.ext.asyncio` imports the sessions of the ORM, too. This program has none. They are imported when somebody
asks for them, for example a program that uses this one and has sessions itself. Import this module before the others
of the store; if `sqlalchemy.ext.asyncio` is imported already, nothing happens.
"""

import sys
from types import ModuleType

_PACKAGE = "sqlalchemy.ext.asyncio"
# The modules of the package that import the ORM.
_LATER = ("scoping", "session")


class _Later:
    """Stands for a member of a module that is not imported yet."""

    def __init__(self, module: str) -> None:
        self.module = module


class _Stub(ModuleType):
    """Has every member that is asked for."""

    def __getattr__(self, name: str) -> _Later:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Later(self.__name__)


def _import_without_orm() -> None:
    stubs = {f"{_PACKAGE}.{name}": _Stub(f"{_PACKAGE}.{name}") for name in _LATER}
    sys.modules.update(stubs)
    try:
        import sqlalchemy.ext.asyncio as package
    except Exception:
        # Another version of SQLAlchemy may need the sessions at once. Then the package is imported as usual, later.
        for name in [each for each in sys.modules if each == _PACKAGE or each.startswith(f"{_PACKAGE}.")]:
            del sys.modules[name]
        return
    finally:
        for name in stubs:
            sys.modules.pop(name, None)
    members = {name: value.module for name, value in vars(package).items() if isinstance(value, _Later)}
    for name in members:
        delattr(package, name)

    def later(name: str) -> object:
        if name not in members:
            raise AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}")
        from sqlalchemy.ext.asyncio import scoping, session

        return getattr(scoping if members[name] == scoping.__name__ else session, name)

    package.__getattr__ = later  # type: ignore[method-assign]


# A module of the ORM that is imported already costs nothing more.
if _PACKAGE not in sys.modules and "sqlalchemy.orm" not in sys.modules:
    _import_without_orm()
