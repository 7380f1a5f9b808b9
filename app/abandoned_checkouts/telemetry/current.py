"""What is known about the request in progress. Endpoints add to it; the log, the metrics and the trace read it."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class RequestRecord:
    """One request. `started` is in seconds of time.perf_counter. `operation` is a name from the document or the code,
    never a text of the caller such as a path. `cost` is in points of the rate limit. `status` is 0 until the response
    begins. `is_throttled` and `has_failed` are for responses that report this with status 200."""

    method: str
    started: float
    endpoint: str = ""
    request_id: str = ""
    operation: str | None = None
    shop: str | None = None
    app: int | None = None
    cost: int | None = None
    requested_cost: int | None = None
    status: int = 0
    seconds: float = 0.0
    is_throttled: bool = False
    has_failed: bool = False

    @property
    def outcome(self) -> str:
        """One of OUTCOMES."""
        if self.is_throttled or self.status == 429:
            return "throttled"
        if self.has_failed or self.status >= 500:
            return "failed"
        if self.status == 0:
            return "aborted"
        return "refused" if self.status >= 400 else "ok"


OUTCOMES = ("ok", "refused", "throttled", "failed", "aborted")

# None if neither the log, nor the metrics, nor a trace is on.
current_request: ContextVar[RequestRecord | None] = ContextVar("current_request", default=None)


def note_caller(shop: str, app: int | None = None) -> None:
    """The domain of the shop, and the number of the app."""
    record = current_request.get()
    if record is not None:
        record.shop, record.app = shop, app


def note_operation(name: str | None) -> None:
    record = current_request.get()
    if record is not None:
        record.operation = name


def note_cost(requested: int, actual: int | None) -> None:
    """`actual` is None if the request was throttled."""
    record = current_request.get()
    if record is not None:
        record.requested_cost, record.cost = requested, actual
        record.is_throttled = actual is None


def note_failure() -> None:
    """An unexpected error, which the response reports, maybe with status 200."""
    record = current_request.get()
    if record is not None:
        record.has_failed = True
