"""Endpoints for retention: its state and preview, and legal holds of single checkouts."""

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.moment import DAY, format_utc
from abandoned_checkouts.checkouts.retention_policy import GRACE_DAYS, RETENTION_DAYS, is_held, policy_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.control.endpoint import NOT_FOUND, Control, number_in, respond
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.privacy.retention_marks import hold_checkout, is_on_hold, list_held
from abandoned_checkouts.work.retention import preview_retention

_MOST_HOLDS = 1000


async def show(request: Request, control: Control, shop: Shop) -> Response:
    """Returns the retention rule of the shop, and what a run would do now. It changes nothing."""
    policy, now = policy_of(shop), control.clock()
    preview = await preview_retention(control.database, shop, now)
    return respond(
        {
            "retention": {
                "action": shop.settings.get("retention", "keep"),
                "days": int(shop.settings.get("retention_days", RETENTION_DAYS)),
                "grace_days": int(shop.settings.get("retention_grace_days", GRACE_DAYS)),
                "legal_hold": is_held(shop),
                "preview": None
                if preview is None
                else {
                    "to_announce": preview.announced,
                    "in_grace": preview.in_grace,
                    "due": preview.cleared,
                    "on_hold": preview.on_hold,
                    "payloads": preview.payloads,
                    "payloads_before": None if policy is None else format_utc(policy.payloads_before(now)),
                    "next_run": format_utc(now - now % DAY + DAY),
                },
            }
        }
    )


async def list_holds(request: Request, control: Control, shop: Shop) -> Response:
    """Lists the checkouts on legal hold, at most 1,000."""
    async with control.database.read() as connection:
        rows = await list_held(connection, shop, _MOST_HOLDS)
    return respond(
        {
            "holds": [
                {"checkout_id": row["id"], "name": row["name"], "held_at": format_utc(row["held_at"])} for row in rows
            ]
        }
    )


async def hold(request: Request, control: Control, shop: Shop) -> Response:
    """Puts a checkout on legal hold. A checkout that is on hold already stays on hold since its time."""
    return await _set(request, control, shop, AuditAction.RETENTION_HELD)


async def release(request: Request, control: Control, shop: Shop) -> Response:
    """Ends the hold of a checkout."""
    return await _set(request, control, shop, AuditAction.RETENTION_RELEASED)


async def _set(request: Request, control: Control, shop: Shop, action: AuditAction) -> Response:
    number, now, holds = number_in(request, "checkout_id"), control.clock(), action is AuditAction.RETENTION_HELD
    async with control.database.begin() as connection:
        if holds != await is_on_hold(connection, shop, number):
            if not await hold_checkout(connection, shop, number, now if holds else None):
                raise RefusedError(*NOT_FOUND)
            await record(connection, shop.id, action, f"checkout {number}", now)
    return respond({"hold": {"checkout_id": number, "on_hold": holds}})
