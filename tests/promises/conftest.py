"""Fixtures of the packages whose promises are tested here."""

from tests.intake.conftest import sender
from tests.shopify.conftest import caller, sqlite_caller
from tests.work.conftest import app_id, clock, receiver, report_checkout, subscribe, workers

__all__ = [
    "app_id",
    "caller",
    "clock",
    "receiver",
    "report_checkout",
    "sender",
    "sqlite_caller",
    "subscribe",
    "workers",
]
