"""The address of a store."""

import pytest

from abandoned_checkouts.store.engine import address
from abandoned_checkouts.store.engine.address import url_of
from abandoned_checkouts.store.engine.failures import StoreError


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///a.sqlite3", "sqlite+aiosqlite"),
        ("postgres://user@host/name", "postgresql+asyncpg"),
        ("postgresql+asyncpg://user@host/name", "postgresql+asyncpg"),
    ],
)
def test_the_driver_is_added(given: str, driver: str) -> None:
    assert url_of(given).drivername == driver


def test_postgresql_without_its_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "find_spec", lambda _: None)
    with pytest.raises(StoreError, match=r"pip install 'abandoned-checkouts\[postgresql\]'"):
        url_of("postgresql://user@host/name")
    assert url_of("sqlite:///a.sqlite3").database == "a.sqlite3"
