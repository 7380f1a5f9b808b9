"""Legal holds of single checkouts: retention does not change them."""

from starlette.responses import Response

from abandoned_checkouts.control.endpoint import NOT_FOUND, number_in
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.privacy.retention_marks import hold_checkout


async def hold(visit: Visit) -> Response:
    """Puts a checkout on hold, or ends the hold (`release`)."""
    number, is_release = number_in(visit.request, "checkout_id"), "release" in visit.form
    action = AuditAction.RETENTION_RELEASED if is_release else AuditAction.RETENTION_HELD
    async with visit.database.begin() as connection:
        if not await hold_checkout(connection, visit.shop, number, None if is_release else visit.now):
            raise RefusedError(*NOT_FOUND)
        await record(connection, visit.shop.id, action, f"checkout {number}", visit.now)
    back = visit.form.text("next", 200)
    path = back if back.startswith("/merchant/settings/") else f"/merchant/checkouts/{number}"
    return visit.redirect(path, "released" if is_release else "held")
