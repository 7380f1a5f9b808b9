"""The mails that were sent, and a mail as it was sent."""

from functools import partial

from starlette.responses import Response

from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.layout import mail_response
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.store.checkouts.timeline import find_mail, latest_mails

_SHOWN = 100


async def outbox_page(visit: Visit) -> Response:
    """The latest mails. Those of a demo shop are only shown here, and never sent."""
    rows = await visit.database.read_behind(partial(latest_mails, shop=visit.shop, limit=_SHOWN))
    return visit.page(
        "outbox.html", mails=[{**row, "at": visit.words.moment(row["sent_at"], visit.zone, "short")} for row in rows]
    )


async def mail_page(visit: Visit) -> Response:
    """A mail as it was sent, in a frame of a page; `?only=` is the mail itself, for the frame."""
    number, name = number_in(visit.request, "checkout_id"), visit.request.path_params["mail_id"]
    async with visit.database.read() as connection:
        mail = existing(await find_mail(connection, visit.shop, number, name))
    if visit.parameters().get("only"):
        return mail_response(mail["html"])
    return visit.page("mail.html", mail=mail, sent_at=visit.words.moment(mail["sent_at"], visit.zone))
