"""Announces changes of Shopify that would break a request: an ending version, a missing approval, a lasting token.

These are the dates that Shopify has announced for what this server serves. No scope will be required that is not
required today.
"""

import re
from datetime import timedelta
from urllib.parse import parse_qsl

from abandoned_checkouts.access.approvals import approvals_of, url_changes_after
from abandoned_checkouts.access.token_calendar import lasting_tokens_end_at
from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.shopify.language.versions import Version
from abandoned_checkouts.store.tenants.access_tokens import TokenOwner

# A version is reported as ending from this time before its end on.
_SOON = timedelta(days=90)
# A field whose approvals Shopify changes (see access/approvals): in GraphQL and in REST.
_LINK, _REST_LINK = "abandonedCheckoutUrl", "abandoned_checkout_url"
_LIST = re.compile(r"/admin/api/(?:[^/]+/)?checkouts\.json")


def reads_link(path: str, query: str, body: str) -> bool:
    """Whether a GraphQL or REST request reads the recovery link. REST returns all fields unless `fields` names some."""
    if _LIST.fullmatch(path):
        fields = dict(parse_qsl(query)).get("fields")
        return fields is None or _REST_LINK in fields
    return _LINK in body


def changes_ahead(now: int, version: str, *, link: bool, owner: TokenOwner | None) -> list[str]:
    """A sentence for each change after `now` (microseconds). `version` is the one that answered, and may be empty;
    `link` is whether the request reads the recovery link; `owner` is the app of its token, if that is known."""
    notes, present = [], to_datetime(now)
    served = Version.parse(version)
    if served is not None and present > served.accessible_until - _SOON:
        notes.append(f"Version {version} ends on {served.accessible_until:%Y-%m-%d}.")
    if link:
        notes += [
            f"From {since:%Y-%m-%d}, {kind} apps need approval for name, email, phone and address to read {_LINK}."
            for kind, since in url_changes_after(present).items()
        ]
    if owner is not None and owner.expires_at is None:
        kind = approvals_of(owner.app_settings).kind
        end = lasting_tokens_end_at(kind, owner.app_created_at, now)
        if end is not None:
            notes.append(
                f"From {to_datetime(end):%Y-%m-%d}, tokens of {kind} apps that do not expire are refused. Exchange "
                "this one for a token that expires: a token exchange with expiring=1."
            )
    return notes
