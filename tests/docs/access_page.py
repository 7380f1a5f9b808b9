"""Prints docs/access.md from the declared rules."""

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.access.endpoints import ENDPOINT_CALLERS
from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.access.rules import READ, SIGNED, WIX_SCOPES, WRITE, Rule
from abandoned_checkouts.shopify.permissions.protected_data import PROTECTED_FIELDS
from abandoned_checkouts.shopify.permissions.scopes import FIELD_ACCESS, TYPE_ACCESS

KINDS = {
    CallerKind.OFFLINE: "An access token of an app, for a shop.",
    CallerKind.ONLINE: "An access token of an app for a user, with the user's permissions; 24 hours.",
    CallerKind.VISITOR: "A token for a client id alone (`/oauth2/token`, grant `anonymous`). Client ids are public.",
    CallerKind.MEMBER: "A token of a member of a Wix site.",
    CallerKind.STOREFRONT: "A token whose only scope is `write_checkouts`: it sends checkouts and reads nothing.",
    CallerKind.MERCHANT: "A session of a user on the merchant pages, with a role: `viewer`, `agent` or `owner`.",
    CallerKind.DEMO: "The demo token `shpat_demo`. Only at a loopback address, unless `--expose-demo` is set.",
    CallerKind.SIGNED_LINK: "A URL with a key or signature, such as a recovery link or the URL of a bulk file.",
    CallerKind.PLATFORM: "A webhook with the signature of Shopify or Wix.",
    CallerKind.ANONYMOUS: "A request without a token.",
}

INTRODUCTION = """# Access

A request is allowed if its endpoint accepts its kind of caller, and the caller meets the rule of the data: one of the
scopes, the permission of the user (for online tokens), the role or a higher one (for sessions of users), and the
approvals of the app for protected customer data. A scope to write includes the scope to read. Apps made in the shop's
admin have all approvals.

- A session of the merchant pages has the rights of its user's role, or those of the access token that was entered. It
  ends when it expires (30 days; 12 hours for tokens), when its user is removed or its token is revoked. Its forms need
  a secret of the session, and pages of other origins are refused.
- `user invite EMAIL --role agent` prints a link that works once, for seven days. Cookies and links are stored as
  hashes.
- A token is refused at the domain of another shop, at every endpoint.
- `/control` and `/merchant` are served at loopback and at the public URL only, and refuse pages of other origins.
- An app sees and changes its own subscriptions and deliveries only. Those created by the command line belong to the
  merchant: apps made in the admin see them, too.
- Values that an app is not approved for are null (REST, webhooks, notifications of flows), left out (Wix), or refused
  (GraphQL). Public apps without approval are refused by the REST lists.
- `token create --user 42 --permissions none` creates an online token. `shop set users "42=…"` sets the permissions of
  users who sign in by OAuth."""


def rule_text(rule: Rule | None) -> str:
    if rule is None:
        return "–"
    parts = [" or ".join(f"`{scope}`" for scope in rule.scopes)] if rule.scopes else []
    parts += [f"user: `{rule.permission}`"] if rule.permission else []
    parts += [f"role: `{rule.role}`"] if rule.role is not Role.VIEWER else []
    parts += ["approved: " + ", ".join(sorted(rule.approvals))] if rule.approvals else []
    return "; ".join(parts) or "nothing"


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def access_page() -> str:
    kinds = [(f"`{kind}`", KINDS[kind]) for kind in CallerKind]
    endpoints = [
        (endpoint, ", ".join(f"`{kind}`" for kind in CallerKind if kind in accepted))
        for endpoint, accepted in ENDPOINT_CALLERS.items()
    ]
    data = [(each, rule_text(READ.get(each)), rule_text(WRITE.get(each))) for each in {**READ, **WRITE}]
    signed = [
        (endpoint, f"{action} {each}") for endpoint, allowed in SIGNED.items() for each, action in sorted(allowed)
    ]
    types = [(f"`{name}`", required.sentence) for name, required in TYPE_ACCESS.items()]
    fields = [(f"`{owner}.{name}`", required.sentence) for (owner, name), required in sorted(FIELD_ACCESS.items())]
    protected = [(f"`{owner}.{name}`", kind) for (owner, name), kind in sorted(PROTECTED_FIELDS.items())]
    scopes = [(f"`{scope}`", f"`{ours}`") for scope, ours in WIX_SCOPES.items()]
    sections = [
        INTRODUCTION,
        "## Kinds of callers\n\n" + table(("kind", "is"), kinds),
        "## Endpoints\n\n" + table(("endpoint", "accepts"), endpoints),
        "## Data\n\n" + table(("data", "to read", "to change"), data),
        "## Signed URLs and webhooks\n\nThe signature is checked instead of a token. It allows nothing else.\n\n"
        + table(("endpoint", "allows"), signed),
        "## GraphQL types and fields\n\n" + table(("type or field", "requires"), types + fields),
        "## GraphQL fields of protected customer data\n\n" + table(("field", "approval"), protected),
        "## Wix scopes\n\nAt Wix's endpoints only.\n\n" + table(("scope", "grants"), scopes),
    ]
    return "\n\n".join(sections) + "\n"
