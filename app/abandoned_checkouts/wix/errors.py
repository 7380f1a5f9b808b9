"""The errors of Wix's API. Each has a message, and details about the request's fields or about the application.

Wix documents no error codes for abandoned checkouts, so the codes are the general ones of its APIs. A description is
Wix's where a response of Wix is recorded; the others are ours.
"""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError


@dataclass(frozen=True, slots=True)
class Violation:
    """One invalid field of a request. `field` is its path in the JSON body, such as `query.filter`."""

    field: str
    description: str
    rule: str | None = None
    data: Json | None = None

    def to_json(self) -> Json:
        violation: Json = {"field": self.field, "description": self.description}
        if self.rule is not None:
            violation["violatedRule"] = self.rule
        if self.data is not None:
            violation["data"] = self.data
        return violation


class WixError(RefusedError):
    """A response with an error status. The default is 500."""

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
    """400 for an invalid request. The body lists every invalid field."""

    status, code = 400, "INVALID_ARGUMENT"

    def __init__(self, *violations: Violation) -> None:
        super().__init__("; ".join(f"{item.field} {item.description}".strip() for item in violations))
        self.violations = violations

    def body(self) -> Json:
        violations = [item.to_json() for item in self.violations]
        return {"message": self.description, "details": {"validationError": {"fieldViolations": violations}}}


class UnauthenticatedError(WixError):
    status, code = 401, "UNAUTHENTICATED"


class PermissionDeniedError(WixError):
    status, code = 403, "PERMISSION_DENIED"


class NotFoundError(WixError):
    status, code = 404, "NOT_FOUND"


class ResourceExhaustedError(WixError):
    status, code = 429, "RESOURCE_EXHAUSTED"


# Wix documents that internal errors have no details.
INTERNAL = HttpRefusal(500, "internal error")


def error_body(refused: RefusedError) -> Json:
    """The JSON body of an error. An error found before a method is called has no details (recorded of Wix)."""
    return refused.body() if isinstance(refused, WixError) else plain_body(refused.refusal)


def plain_body(refusal: HttpRefusal) -> Json:
    return {"message": refusal.message, "details": {}}
