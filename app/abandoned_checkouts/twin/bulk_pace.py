"""Decides when bulk operations of the twin run, and how they end."""

from abandoned_checkouts.checkouts.moment import DAY, HOUR
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.twin.fault_rules import Faults
from abandoned_checkouts.work.bulk_plan import BulkPlan

PROGRESS = ("immediate", "timed", "manual")
# An operation that waits for its release is checked again after this time.
_MANUAL = 365 * DAY
_LATE = HOUR


class BulkPace:
    """Plans each operation: it runs at once, after a time, or when it is released. It may also have a fault."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.progress, self.delay = "immediate", 0
        self.released: set[int] = set()
        # The decision about an operation, made when it is first claimed: its fault, and until when it waits.
        self._decided: dict[int, tuple[str | None, int]] = {}

    def plan(self, row: Row, shop_domain: str, now: int) -> BulkPlan:
        """The plan for an operation now."""
        number = int(row["id"])
        if number not in self._decided:
            rule = self._faults.match({"endpoint": "bulk operation", "shop": shop_domain}, now)
            fault = None if rule is None else str(rule.effect("bulk"))
            wait = self.delay if self.progress == "timed" else 0
            if fault == "late" and rule is not None:
                wait = rule.effect("delay") or _LATE
            if self.progress == "manual":
                wait = _MANUAL
            self._decided[number] = (fault, int(row["created_at"]) + wait)
        fault, until = self._decided[number]
        if until > now and number not in self.released:
            return BulkPlan(hold_until=until)
        return BulkPlan(fails=fault == "failed", is_empty=fault == "empty")

    def state(self) -> object:
        decided = [[number, fault, until] for number, (fault, until) in self._decided.items()]
        return [self.progress, self.delay, sorted(self.released), decided]

    def restore(self, state: object) -> None:
        if not isinstance(state, list):
            self.progress, self.delay, self.released, self._decided = "immediate", 0, set(), {}
            return
        self.progress, self.delay, released, decided = state
        self.released = set(released)
        self._decided = {number: (fault, until) for number, fault, until in decided}
