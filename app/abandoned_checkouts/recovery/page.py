"""HTML responses, with headers that forbid scripts, caching and referrers."""

from collections.abc import Mapping

from jinja2 import Environment
from starlette.responses import HTMLResponse

from abandoned_checkouts.checkouts.randomness import random_url_text
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.templating import accent_of, environment, logo_of


def page(
    template: str,
    status: int = 200,
    *,
    shop: Shop | None,
    values: Mapping[str, object],
    frames: str = "'none'",
    templates: Environment = environment,
) -> HTMLResponse:
    """Render a template. The page's URL contains a secret key, so the headers forbid referrers, caches and scripts.

    `frames` is the Content-Security-Policy source of frames in the page.
    """
    nonce = random_url_text(16)
    text = templates.get_template(template).render(
        nonce=nonce, accent=accent_of(shop), logo=logo_of(shop), shop=shop, **values
    )
    return HTMLResponse(text, status, headers(f"style-src 'nonce-{nonce}'; frame-src {frames}"))


def headers(directives: str) -> dict[str, str]:
    """The headers of a page. `directives` are added to its Content-Security-Policy."""
    policy = (
        "default-src 'none'",
        "img-src https: http: data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        directives,
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
    }
