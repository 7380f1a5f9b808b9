"""Checkouts that arrive by webhook, as in the tests of the intake."""

from tests.intake.conftest import clock, sender

__all__ = ["clock", "sender"]
