"""What happens later: checkouts become abandoned and lapse, events are delivered, what is old is forgotten."""

from app.work.workers import Workers

__all__ = ["Workers"]
