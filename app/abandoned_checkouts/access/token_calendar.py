"""When Shopify's rules for offline tokens apply: lifetimes, retries, and the end of tokens that do not expire.

All moments are microseconds since 1970, and the present moment is an argument, so that a test or the twin can move
through the calendar. Sources: Shopify's page "About offline access tokens" and its changelog of 2026-08-28. The dates
are taken at midnight UTC, because Shopify names only the days.
"""

from abandoned_checkouts.checkouts.moment import DAY, HOUR, parse_moment

# Public apps that are created from this day on must use expiring tokens at once …
NEW_APPS_FROM = parse_moment("2026-04-01T00:00:00Z")
# … and all public apps from this day on.
ALL_APPS_FROM = parse_moment("2027-01-01T00:00:00Z")

ACCESS_LIFETIME = HOUR
REFRESH_LIFETIME = 90 * DAY
# For this time after its first use, a refresh token returns the same replacement again.
REFRESH_RETRY = 30 * DAY
# For this time after the exchange, a non-expiring token returns the same pair again.
MIGRATION_RETRY = 7 * DAY


def refuses_lasting_tokens(app_kind: str, app_created_at: int, now: int) -> bool:
    """Whether the Admin API refuses tokens of this app that do not expire."""
    return app_kind == "public" and (app_created_at >= NEW_APPS_FROM or now >= ALL_APPS_FROM)


def lasting_tokens_end_at(app_kind: str, app_created_at: int, now: int) -> int | None:
    """When the Admin API will begin to refuse tokens of this app that do not expire. None if it never will, or does
    already."""
    is_ahead = not refuses_lasting_tokens(app_kind, app_created_at, now)
    return ALL_APPS_FROM if is_ahead and refuses_lasting_tokens(app_kind, app_created_at, ALL_APPS_FROM) else None


def can_migrate(app_kind: str, now: int) -> bool:
    """Whether a token that does not expire can still be exchanged for one that does.

    On 2027-01-01 Shopify invalidates the remaining tokens of public apps, so that it is too late for an exchange.
    """
    return app_kind != "public" or now < ALL_APPS_FROM


def client_credentials_seconds(app_kind: str) -> int:
    """The lifetime of a token without a user, in seconds. 86,399 is recorded."""
    return 3_600 if app_kind == "public" else 86_399
