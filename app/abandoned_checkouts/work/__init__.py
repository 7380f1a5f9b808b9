"""What happens later: checkouts become abandoned and lapse, events are delivered, what is old is forgotten."""

from abandoned_checkouts.work.workers import Workers

__all__ = ["Workers"]
