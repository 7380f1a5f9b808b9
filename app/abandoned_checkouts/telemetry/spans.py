"""Where code opens the spans of traces. Without a tracer, a call is one comparison, and no library is imported."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from abandoned_checkouts.telemetry.current import RequestRecord

F = TypeVar("F", bound=Callable[..., Any])
Headers = list[tuple[bytes, bytes]]


class Tracer(Protocol):
    """Records spans. Their attributes never have personal data: see `RequestRecord`."""

    def request(self, record: RequestRecord, headers: Headers) -> AbstractContextManager[object]:
        """The span of a request, in the trace of the caller if its headers have a traceparent."""

    def span(self, name: str, attributes: dict[str, str], parent: str | None) -> AbstractContextManager[object]:
        """A span inside the present one, or inside that of the traceparent `parent`; spans inside the block are its
        children."""

    def leaf(self, name: str, attributes: dict[str, str]) -> AbstractContextManager[object]:
        """A span inside the present one, without children; none outside spans."""

    def headers(self) -> dict[str, str]:
        """The headers by which a receiver continues the present trace."""

    def traceparent(self) -> str | None:
        """The present span as a header `traceparent`, to continue its trace later; None outside spans."""


class Tracing:
    """The tracer of this process; None if traces are off."""

    tracer: Tracer | None = None


_OFF = nullcontext()


def is_traced() -> bool:
    """Whether traces are on."""
    return Tracing.tracer is not None


def span(name: str, parent: str | None = None, **attributes: str) -> AbstractContextManager[object]:
    return _OFF if Tracing.tracer is None else Tracing.tracer.span(name, attributes, parent)


def leaf(name: str, **attributes: str) -> AbstractContextManager[object]:
    return _OFF if Tracing.tracer is None else Tracing.tracer.leaf(name, attributes)


def in_this_trace(function: F) -> F:
    """The function, for a call in another thread: its spans belong to the present one."""
    if Tracing.tracer is None:
        return function
    return cast(F, partial(copy_context().run, function))


def traceparent() -> str | None:
    return None if Tracing.tracer is None else Tracing.tracer.traceparent()


def trace_headers() -> dict[str, str]:
    return {} if Tracing.tracer is None else Tracing.tracer.headers()
