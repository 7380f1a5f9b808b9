"""What goes wrong, as Wix's API says it: a message, and details of one of two kinds.

Wix's service has no codes of its own: these are the standard ones. The words of an error are ours wherever no sample
of Wix's is known.
"""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.json_types import Json


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


class WixError(Exception):
    """An answer other than 200."""

    status = 500
    code = "INTERNAL"

    def __init__(self, description: str, data: Json | None = None) -> None:
        super().__init__(description)
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


class MalformedBodyError(WixError):
    """A body that is no JSON object: a message without details (seen of Wix: "Expected an object")."""

    status = 400

    def body(self) -> Json:
        return {"message": self.description, "details": {}}


class UnauthenticatedError(WixError):
    status, code = 401, "UNAUTHENTICATED"


class PermissionDeniedError(WixError):
    status, code = 403, "PERMISSION_DENIED"


class NotFoundError(WixError):
    status, code = 404, "NOT_FOUND"


class ResourceExhaustedError(WixError):
    status, code = 429, "RESOURCE_EXHAUSTED"


def system_error_body() -> Json:
    """A failure of the server itself says nothing more, by Wix's design."""
    return {"message": "internal error", "details": {}}
