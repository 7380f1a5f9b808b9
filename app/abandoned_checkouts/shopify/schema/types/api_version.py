"""Versions of this API."""

import strawberry

from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.shopify.language.versions import public_api_versions
from abandoned_checkouts.shopify.schema.resolving.request import Request


@strawberry.type(description="A version of this API.")
class ApiVersion:
    display_name: str = strawberry.field(description="The name for people, for example `2026-10 (Latest)`.")
    handle: str = strawberry.field(description="The name in URLs, for example `2026-10`.")
    supported: bool = strawberry.field(description="Whether the version is stable and supported.")


def api_versions(request: Request) -> list[ApiVersion]:
    """The versions that are served now."""
    rows = public_api_versions(to_datetime(request.now))
    return [
        ApiVersion(display_name=str(row["displayName"]), handle=str(row["handle"]), supported=bool(row["supported"]))
        for row in rows
    ]


def api_version(request: Request, handle: str) -> ApiVersion:
    """The version with that handle, even if it is no longer served."""
    for version in api_versions(request):
        if version.handle == handle:
            return version
    return ApiVersion(display_name=handle, handle=handle, supported=False)
