"""The merchant pages over a server with one shop, its tokens and an abandoned checkout: see tests/control/conftest."""

from tests.control.conftest import database_kind, desk

__all__ = ["database_kind", "desk"]
