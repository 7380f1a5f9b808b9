"""The address of a store: a SQLAlchemy URL, also without the name of a driver."""

from importlib.util import find_spec

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from abandoned_checkouts.store.engine.failures import StoreError

_ASYNC_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
# The driver of PostgreSQL is an extra, because most stores are a file.
NO_DRIVER = "PostgreSQL needs the extra [postgresql]: run `pip install 'abandoned-checkouts[postgresql]'`"


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
    if driver == "postgresql+asyncpg" and find_spec("asyncpg") is None:
        raise StoreError(NO_DRIVER)
    return url.set(drivername=driver)
