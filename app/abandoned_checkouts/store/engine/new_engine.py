"""Creates SQLAlchemy's engines."""

from typing import Any

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def new_engine(url: URL, **options: Any) -> AsyncEngine:
    """An engine with SQLAlchemy's options. Its errors do not quote the values of a statement, which are buyers' data:
    commands print errors, and servers log them."""
    return create_async_engine(url, hide_parameters=True, **options)
