"""The address of a store: a SQLAlchemy URL, also without the name of a driver."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from abandoned_checkouts.store.engine.failures import StoreError

_ASYNC_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def url_of(address: str) -> URL:
    """The URL with the driver that this program uses. Raises StoreError."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreError(
            f"{address!r} is not a database URL; use sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME"
        ) from None
    driver = _ASYNC_DRIVERS.get(url.drivername, url.drivername)
    if driver not in _ASYNC_DRIVERS.values():
        raise StoreError(f"{url.drivername!r} is not a supported database; use sqlite+aiosqlite or postgresql+asyncpg")
    return url.set(drivername=driver)
