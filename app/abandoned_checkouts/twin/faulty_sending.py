"""Applies faults to deliveries: webhooks are lost, or arrive twice, late, in another order, or in an old version."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import HOUR, SECOND
from abandoned_checkouts.store.outbox.deliveries import Attempt
from abandoned_checkouts.twin.clock import TwinClock
from abandoned_checkouts.twin.fault_rules import FaultRule, Faults
from abandoned_checkouts.twin.journal import Journal
from abandoned_checkouts.twin.recorded_sending import delivery_entry
from abandoned_checkouts.work.sender import Message, MessageSender

log = logging.getLogger(__name__)

# The default delay of a late webhook.
DELAY = HOUR
_OLD_VERSION = "2023-01"
_VERSION = "X-Shopify-API-Version"


class FaultySender:
    """Sends messages with another sender, applies faults, and records every attempt in the journal.

    Late messages and messages that change their order are held here. `next_due` is when the next one is due, and
    `send_due` sends it.
    """

    def __init__(self, sender: MessageSender, journal: Journal, clock: TwinClock, faults: Faults) -> None:
        self._sender, self._journal, self._clock, self._faults = sender, journal, clock, faults
        # Held messages, each with the moment at which it is sent. None means after the next message to the same
        # address.
        self._held: list[tuple[int | None, Message]] = []
        # Messages are sent one after the other, so that the order is the same in every run.
        self._turn = asyncio.Lock()

    async def send(self, message: Message, now: int) -> Attempt:
        """Send the message, or apply a fault. For a held or lost message, the server gets a successful result."""
        async with self._turn:
            return await self._send(message, now)

    async def _send(self, message: Message, now: int) -> Attempt:
        rule = self._faults.match(_facts(message), self._clock())
        if rule is None:
            attempt = await self._sent(message, now)
        else:
            attempt = await self._sent_with_fault(rule, message, now)
            if rule.effect("webhook") in ("late", "out-of-order", "lost"):
                return attempt
        if attempt.problem is None:
            await self._send_those_behind(message)
        return attempt

    async def _sent_with_fault(self, rule: FaultRule, message: Message, now: int) -> Attempt:
        fault, delivered = rule.effect("webhook"), Attempt(now, 0, 200, None, None)
        if rule.effect("latency"):
            await asyncio.sleep(rule.effect("latency") / SECOND)
        if rule.effect("status"):
            status = rule.effect("status")
            attempt = Attempt(now, 0, status, f"the receiver answered {status}", rule.effect("body"))
            self._note(message, attempt, rule.name)
            return attempt
        if fault == "lost":
            self._note(message, delivered, rule.name)
            return delivered
        if fault in ("late", "out-of-order"):
            due = None if fault == "out-of-order" else self._clock() + (rule.effect("delay") or DELAY)
            self._held.append((due, message))
            return delivered
        if fault == "old-version":
            message = replace(message, headers={**message.headers, _VERSION: _OLD_VERSION})
        attempt = await self._sent(message, now, rule.name)
        if fault == "twice" and attempt.problem is None:
            await self._sent(message, now, rule.name)
        return attempt

    async def _sent(self, message: Message, now: int, fault: str | None = None) -> Attempt:
        attempt = await self._sender.send(message, now)
        self._note(message, attempt, fault)
        return attempt

    def _note(self, message: Message, attempt: Attempt, fault: str | None) -> None:
        self._journal.add("deliveries", self._clock(), {**delivery_entry(message, attempt), "fault": fault})

    async def _send_those_behind(self, message: Message) -> None:
        """Send the messages that waited for this message to the same address."""
        behind = [held for due, held in self._held if due is None and held.address == message.address]
        self._held = [(due, held) for due, held in self._held if held not in behind]
        for held in behind:
            await self._sent(held, self._clock(), "out-of-order")

    def next_due(self) -> int | None:
        """When the next held message is due."""
        return min((due for due, _ in self._held if due is not None), default=None)

    async def send_due(self) -> int:
        """Send the held messages that are due. Returns their number."""
        now = self._clock()
        due = [message for moment, message in self._held if moment is not None and moment <= now]
        self._held = [(moment, message) for moment, message in self._held if moment is None or moment > now]
        for message in due:
            await self._sent(message, now, "late")
        return len(due)

    def state(self) -> object:
        return [[due, _as_json(message)] for due, message in self._held]

    def restore(self, state: object) -> None:
        self._held = [(due, _from_json(message)) for due, message in (state if isinstance(state, list) else [])]

    async def close(self) -> None:
        await self._sender.close()


def _facts(message: Message) -> Mapping[str, str | None]:
    entry = delivery_entry(message, Attempt(0, 0, None, None, None))
    return {"endpoint": "webhook", "topic": entry["topic"], "shop": entry["shop"], "path": message.address}


def _as_json(message: Message) -> UntypedJson:
    return {
        "address": message.address,
        "headers": dict(message.headers),
        "body": message.body.decode("utf-8", "surrogateescape"),
        "seconds": message.seconds,
        "only_200": message.only_200,
    }


def _from_json(value: UntypedJson) -> Message:
    return Message(**{**value, "body": value["body"].encode("utf-8", "surrogateescape")})
