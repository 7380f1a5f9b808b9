"""Pages for people: templates filled in, sent under a policy that lets nothing run and nothing leak."""

from collections.abc import Mapping

from jinja2 import Environment
from starlette.responses import HTMLResponse

from abandoned_checkouts.checkouts.randomness import random_url_text
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.templating import accent_of, environment


def page(
    template: str,
    status: int = 200,
    *,
    shop: Shop | None,
    values: Mapping[str, object],
    frames: str = "'none'",
    templates: Environment = environment,
) -> HTMLResponse:
    """The address contains the key of a link, so no page passes it on: no referrer, no cache, no scripts.

    `frames` is what the page itself may show in frames.
    """
    nonce = random_url_text(16)
    text = templates.get_template(template).render(nonce=nonce, accent=accent_of(shop), shop=shop, **values)
    return HTMLResponse(text, status, headers(f"style-src 'nonce-{nonce}'; frame-src {frames}"))


def headers(more: str) -> dict[str, str]:
    policy = (
        "default-src 'none'",
        "img-src https: http: data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        more,
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
    }
