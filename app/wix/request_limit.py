"""So many requests a minute for each app, where the server is told to limit them; this process's own count."""

from app.checkouts.moment import MINUTE


class RequestLimit:
    """Counts whole minutes; None limits nothing."""

    def __init__(self, requests_per_minute: int | None) -> None:
        self._most = requests_per_minute
        self._minute = 0
        self._counts: dict[int, int] = {}

    def take(self, app_id: int, now: int) -> bool:
        """Whether one more request of this app may run now."""
        if self._most is None:
            return True
        if now // MINUTE != self._minute:
            self._minute = now // MINUTE
            self._counts.clear()
        count = self._counts[app_id] = self._counts.get(app_id, 0) + 1
        return count <= self._most
