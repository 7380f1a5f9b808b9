"""The tools that control a twin. Their names, parameters and texts are what an agent reads."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from abandoned_checkouts.agents.calls import CallError
from abandoned_checkouts.agents.reading_tools import CallsOf
from abandoned_checkouts.agents.tools import CHANGES, READS, Answer, tool

State = Literal["open", "completed", "abandoned", "mailed", "visited", "recovered", "closed", "lapsed"]
Kind = Literal["requests", "deliveries", "mails"]
_OWN_FIELDS = ("state", "ago")


def twin_tools(calls_of: CallsOf) -> list[Tool]:
    """`calls_of` returns the endpoints with the access token of a request."""

    async def create_checkout(
        context: Context[Any, Any],
        state: State = "abandoned",
        ago: Annotated[str | None, Field(description="How long ago it began, such as 2 hours.")] = None,
        fields: Annotated[
            dict[str, Any] | None,
            Field(
                description='Fields of the checkout, such as {"email": "ada@example.com", "line_items": [{"title": '
                '"Mug", "quantity": 2, "price": "24.00", "sku": "MUG-1"}], "total_price": "48.00"}. Others: phone, '
                "customer, currency, note, note_attributes, discount_codes, shipping_address, billing_address, "
                "customer_locale, buyer_accepts_marketing. Without a contact or lines, it gets an e-mail address and "
                "one line."
            ),
        ] = None,
    ) -> Answer:
        """Create a checkout in any state in the shop of the access token. Events and webhooks follow as in real life,
        and mails if a flow is active. `mailed` only records that a mail was sent before: it sends none."""
        for name in _OWN_FIELDS:
            if name in (fields or {}):
                raise CallError(f'"{name}" is not a field of a checkout. Use the argument {name}.')
        body = {**(fields or {}), "state": state, **({"ago": ago} if ago else {})}
        return await calls_of(context).send("POST", "/__twin/checkouts", body)

    async def move_clock(
        context: Context[Any, Any],
        duration: Annotated[str | None, Field(description="How far, such as 3 days or 2 hours 30 minutes.")] = None,
        instant: Annotated[str | None, Field(description="Or where to, such as 2027-01-01T00:00:00Z.")] = None,
        run: Annotated[bool, Field(description="Or let a frozen clock run on from where it is.")] = False,
    ) -> Answer:
        """Let time pass. Everything that falls due runs in order. Returns what `ran`, by kind: for example abandoned
        checkouts, steps of flows, deliveries, and lapses (recovery periods that ended).

        Afterwards the clock is frozen until it is moved again or runs. Without arguments: show the clock. It does not
        go back: take a snapshot before."""
        calls = calls_of(context)
        targets = {"duration": duration, "instant": instant, "run": run or None}
        given = [name for name, value in targets.items() if value is not None]
        if len(given) > 1:
            raise CallError(f"Use one of duration, instant and run, not {' and '.join(given)}.")
        if not given:
            return await calls.send("GET", "/__twin/clock")
        if run:
            return await calls.send("PUT", "/__twin/clock", {"action": "run"})
        target = {name: value for name, value in targets.items() if value is not None}
        return await calls.send("PUT", "/__twin/clock", {"action": "advance", **target})

    async def set_faults(
        context: Context[Any, Any],
        faults: Annotated[
            list[dict[str, Any]],
            Field(description="The rules; the first match wins. Empty: no faults.", max_length=100),
        ],
    ) -> Answer:
        """Make requests, webhooks or bulk operations fail. Replaces all rules. A rule says what it matches and what
        goes wrong. Match: endpoint (graphql, rest, oauth, bulk, wix, intake, control, recovery, webhook, bulk
        operation), method, path, operation, topic, nth, times, probability. Effects: status (with retryAfter, body),
        throttled, latency, truncate, connection (reset, reset-mid-body, lost-answer), errors, nulls, tokenIs (revoked,
        expired), withoutScopes, webhook (lost, twice, late, out-of-order, old-version), bulk (failed, late, empty).

        Example: [{"name": "busy", "endpoint": "graphql", "throttled": true, "times": 2}, {"webhook": "twice", "topic":
        "checkouts/*"}]. Faults also apply to the requests of these tools, but not to set_faults. More:
        documentation("testing")."""
        return await calls_of(context).send("POST", "/__twin/faults", list(faults))

    async def journal(
        context: Context[Any, Any],
        kind: Kind,
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
        entry: Annotated[int | None, Field(description="The id of one entry, to see its headers and bodies.")] = None,
        since: Annotated[str | None, Field(description="Only from this instant on.")] = None,
        filters: Annotated[
            dict[str, str | int] | None,
            Field(
                description='Such as {"path": "/admin/*", "status": 429}; * stands for any characters. Requests: '
                "endpoint, method, path, status, shop, token, operation, operationType, version, fault, contains. "
                "Deliveries: topic, shop, address, webhookId, status, outcome, fault, contains. Mails: shop, to, "
                "subject, locale, checkoutId, flowId, contains."
            ),
        ] = None,
    ) -> Answer:
        """What happened on the twin, newest first: requests with their cost and warnings, deliveries of webhooks,
        mails. The list has no headers, bodies and texts; `entry` shows one entry with them. Access tokens are masked.
        Requests to this MCP server and the documentation are not in it; those that its tools make to the APIs are."""
        calls = calls_of(context)
        if entry is not None:
            return await calls.send("GET", f"/__twin/{kind}/{entry}")
        parameters = {name: str(value) for name, value in (filters or {}).items()}
        parameters |= {"limit": str(limit), "bodies": "false", **({"since": since} if since else {})}
        found = await calls.send("GET", f"/__twin/{kind}", parameters=parameters)
        return {kind: found[kind][::-1]}

    async def snapshot(
        context: Context[Any, Any],
        name: Annotated[
            str | None, Field(description="A name such as before. Without one: list the snapshots.")
        ] = None,
    ) -> Answer:
        """Keep the state of the whole twin (checkouts, clock, faults, journal) under a name, to return to it with
        restore. An older snapshot of that name is replaced. Needs a store in SQLite."""
        calls = calls_of(context)
        if name is None:
            return await calls.send("GET", "/__twin/snapshots")
        return await calls.send("PUT", f"/__twin/snapshots/{_in_path(name)}")

    async def restore(
        context: Context[Any, Any],
        name: Annotated[str, Field(description='A snapshot\'s name; "initial" is the start of the server.')],
    ) -> Answer:
        """Return to a snapshot. Everything that happened since is undone, for all users of the twin."""
        return await calls_of(context).send("POST", f"/__twin/snapshots/{_in_path(name)}/restore")

    changing = (create_checkout, move_clock, set_faults, snapshot, restore)
    return [*(tool(function, CHANGES) for function in changing), tool(journal, READS)]


def _in_path(name: str) -> str:
    """A snapshot's name as a part of a path. Raises CallError for one that would be several parts."""
    if "/" in name or not name.strip("."):
        raise CallError(f'"{name[:100]}" is not a name for a snapshot. Use letters, digits, ".", "_" and "-".')
    return quote(name, safe="")
