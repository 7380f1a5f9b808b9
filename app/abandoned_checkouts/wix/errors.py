"""What goes wrong, as Wix's API says it: a message, and details of one of two kinds.

Wix's service has no codes of its own: these are the standard ones. The words of an error are ours wherever no sample
of Wix's is known.
"""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError


@dataclass(frozen=True, slots=True)
class Violation:
    """One field of a request that cannot be taken. `field` is its path in the request's JSON."""

    field: str
    description: str
    rule: str | None = None
    data: Json | None = None

    def written(self) -> Json:
        written: Json = {"field": self.field, "description": self.description}
        if self.rule is not None:
            written["violatedRule"] = self.rule
        if self.data is not None:
            written["data"] = self.data
        return written


class WixError(RefusedError):
    """An answer other than 200."""

    status = 500
    code = "INTERNAL"

    def __init__(self, description: str, data: Json | None = None) -> None:
        super().__init__(self.status, description)
        self.description = description
        self.data = data or {}

    def body(self) -> Json:
        error: Json = {"code": self.code, "description": self.description, "data": self.data}
        return {"message": self.description, "details": {"applicationError": error}}


class InvalidArgumentError(WixError):
    """A request that is not well formed; it names each field that is not."""

    status, code = 400, "INVALID_ARGUMENT"

    def __init__(self, *violations: Violation) -> None:
        super().__init__("; ".join(f"{item.field} {item.description}".strip() for item in violations))
        self.violations = violations

    def body(self) -> Json:
        written = [item.written() for item in self.violations]
        return {"message": self.description, "details": {"validationError": {"fieldViolations": written}}}


class UnauthenticatedError(WixError):
    status, code = 401, "UNAUTHENTICATED"


class PermissionDeniedError(WixError):
    status, code = 403, "PERMISSION_DENIED"


class NotFoundError(WixError):
    status, code = 404, "NOT_FOUND"


class ResourceExhaustedError(WixError):
    status, code = 429, "RESOURCE_EXHAUSTED"


# A failure of the server itself: without details, by Wix's design.
INTERNAL = HttpRefusal(500, "internal error")


def error_body(refused: RefusedError) -> Json:
    """Wix's form of a refusal; one before any method was called has no details (seen: "Expected an object")."""
    return refused.body() if isinstance(refused, WixError) else plain_body(refused.refusal)


def plain_body(refusal: HttpRefusal) -> Json:
    return {"message": refusal.message, "details": {}}
