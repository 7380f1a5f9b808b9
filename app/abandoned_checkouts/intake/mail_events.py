"""POST /intake/mail/SHOP/PROVIDER/KEY: a mail provider's webhook, which reports bounced mails and complaints.

The key in the URL authenticates the provider. If the shop has set the key with which the provider signs its events, the
signature must be valid as well. Messages of Amazon SNS must always be signed.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.mail_events import (
    MAIL_EVENTS,
    PROVIDERS,
    mail_event_settings,
    mail_events_key,
    signing_key,
)
from abandoned_checkouts.checkouts.mail_report import MailReport
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.intake.endpoint import BODIES, Intake, json_of
from abandoned_checkouts.intake.mail_providers import amazon_ses, brevo, mailgun, mailjet, postmark, sendgrid
from abandoned_checkouts.intake.mail_providers.amazon_sns import is_of_amazon
from abandoned_checkouts.store.outbox.inbound_deliveries import save_rejected
from abandoned_checkouts.store.privacy.mail_bounces import take_report
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import find_shop

_MOST_REPORTS = 5000


def _of_object(read: Callable[[dict[str, object]], Iterable[MailReport]]) -> Callable[[object], Iterator[MailReport]]:
    def reports(body: object) -> Iterator[MailReport]:
        yield from read(body) if isinstance(body, dict) else ()

    return reports


_READERS: dict[str, Callable[[object], Iterator[MailReport]]] = {
    "amazon_ses": _of_object(amazon_ses.reports),
    "brevo": brevo.reports,
    "mailgun": _of_object(mailgun.reports),
    "mailjet": mailjet.reports,
    "postmark": _of_object(postmark.reports),
    "sendgrid": sendgrid.reports,
}
assert sorted(_READERS) == sorted(PROVIDERS)


async def receive(request: Request, intake: Intake) -> Response:
    """200 with the number of reports by outcome. Events of other kinds are ignored."""
    body, now = await BODIES.read(request), intake.clock()
    shop, provider = await _authenticated(request, intake, body)
    try:
        message = json_of(body)
        if provider == "amazon_ses":
            await intake.sns_signatures.check(message, now)
    except RefusedError as problem:
        async with intake.database.begin() as connection:
            text = body.decode("utf-8", "replace").replace("\0", "")
            await save_rejected(connection, shop, f"mail/{now}", f"mail/{provider}", text, str(problem), now)
        raise
    confirmation = (
        amazon_ses.confirmation_url(message) if provider == "amazon_ses" and isinstance(message, dict) else None
    )
    if confirmation is not None:
        return json_response({"subscription": await _confirm(intake, shop, confirmation, now)})
    outcomes: dict[str, int] = {}
    async with intake.database.begin() as connection:
        for number, report in enumerate(_READERS[provider](message)):
            if number == _MOST_REPORTS:
                raise RefusedError(413, f"The body has more than {_MOST_REPORTS} events.")
            outcome = await take_report(connection, shop, provider, report, now)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    intake.wake()
    return json_response(outcomes)


async def _authenticated(request: Request, intake: Intake, body: bytes) -> tuple[Shop, str]:
    """The shop and the provider. An unknown shop gets the same response as a wrong key."""
    parameters = request.path_params
    number, provider = whole_number(parameters["shop_id"]), parameters["provider"]
    async with intake.database.read() as connection:
        shop = None if number is None else await find_shop(connection, number)
    key = "0" * 32 if shop is None else mail_events_key(shop)
    if not hmac.compare_digest(parameters["key"].encode(), key.encode()) or shop is None or provider not in _READERS:
        raise RefusedError(404, "Not Found")
    secret = signing_key(shop, provider)
    if secret is not None and not _is_signed(request, provider, body, secret):
        raise RefusedError(
            401,
            f"The signature is not valid for the key of {provider} that this shop has set. Copy the key from "
            f"{provider} again: abandoned-checkouts mail events --provider {provider} --signing-key KEY "
            f"--shop {shop.domain}",
        )
    return shop, provider


def _is_signed(request: Request, provider: str, body: bytes, secret: str) -> bool:
    if provider == "sendgrid":
        return sendgrid.is_signed(request.headers, body, secret)
    message = json_of(body)
    return isinstance(message, dict) and mailgun.is_signed(message, secret)


async def _confirm(intake: Intake, shop: Shop, url: str, now: int) -> str:
    """Confirm a subscription to a topic of Amazon SNS. Otherwise its owner is shown the URL."""
    problem = f"{url} is not a URL of Amazon SNS"
    if is_of_amazon(url):
        problem = (await intake.fetch(url)).problem or ""
    stored = {name: value for name, value in mail_event_settings(shop).items() if name != "confirmation"}
    if problem:
        stored["confirmation"] = {"url": url[:2000], "problem": problem[:500]}
    async with intake.database.begin() as connection:
        await change_settings(connection, shop, {MAIL_EVENTS: stored}, now)
    return "not confirmed" if problem else "confirmed"
