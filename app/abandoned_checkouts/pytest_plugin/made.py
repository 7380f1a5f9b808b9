"""The objects that methods of the fixture `twin` return: checkouts, faults and entries of the journal."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

Json = dict[str, Any]
# Sends a request to /__twin and returns the JSON of its response: method, path and body.
Ask = Callable[[str, str, object], Json]


class TwinError(AssertionError):
    """The twin refused a request. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class TwinCheckout:
    """A checkout of the twin. `data` is its JSON: ids, token, links, state and moments.

    The actions return the checkout as it is after the action.
    """

    data: Json
    _ask: Ask = field(repr=False, compare=False)

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    @property
    def id(self) -> int:
        """The id of Shopify's REST API."""
        return int(self.data["id"])

    @property
    def gid(self) -> str:
        """The id of Shopify's GraphQL API, for example `gid://shopify/AbandonedCheckout/1`."""
        return str(self.data["adminGraphqlApiId"])

    @property
    def wix_id(self) -> str:
        return str(self.data["wixId"])

    @property
    def token(self) -> str:
        return str(self.data["token"])

    @property
    def email(self) -> str | None:
        return None if self.data["email"] is None else str(self.data["email"])

    @property
    def state(self) -> str:
        """`open`, `completed`, `abandoned`, `recovered`, `lapsed` or `deleted`."""
        return str(self.data["state"])

    @property
    def recovery_link(self) -> str | None:
        link = self.data["abandonedCheckoutUrl"]
        return None if link is None else str(link)

    def complete(self) -> "TwinCheckout":
        """The buyer buys."""
        return self._act("complete")

    def recover(self) -> "TwinCheckout":
        """The buyer opens the recovery link and buys."""
        return self._act("recover")

    def visit(self) -> "TwinCheckout":
        """The buyer opens the recovery link."""
        return self._act("visit")

    def close(self) -> "TwinCheckout":
        """The merchant archives the checkout."""
        return self._act("close")

    def delete(self) -> "TwinCheckout":
        return self._act("delete")

    def _act(self, action: str) -> "TwinCheckout":
        path = f"/checkouts/{self.id}/{action}"
        return TwinCheckout(self._ask("POST", path, {"shop": self.data["shop"]})["checkout"], self._ask)


class TwinFault:
    """A fault of the twin. It ends with the test, with `remove()`, or at the end of a `with` statement."""

    def __init__(self, name: str, ask: Ask) -> None:
        self.name, self._ask = name, ask
        # Its counts when it was removed.
        self._last: Json | None = None

    @property
    def applied(self) -> int:
        """How many requests, deliveries or operations it has changed."""
        return int(self._described()["applied"])

    @property
    def matched(self) -> int:
        """How many requests, deliveries or operations it has matched, before `nth`, `times` and `probability` are
        applied."""
        return int(self._described()["matched"])

    def remove(self) -> None:
        self._last = self._described()
        self._ask("DELETE", f"/faults?{urlencode({'name': self.name})}", None)

    def __enter__(self) -> "TwinFault":
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _described(self) -> Json:
        if self._last is not None:
            return self._last
        for rule in self._ask("GET", "/faults", None)["faults"]:
            if rule.get("name") == self.name:
                return dict(rule)
        raise TwinError(f'The fault "{self.name}" was removed.')


class JournalEntry(dict[str, Any]):
    """A request, a delivery or a mail: a dict with the fields that docs/testing.md lists."""

    @property
    def payload(self) -> Any:
        """The JSON that was sent: the body of a request, or of a delivery."""
        return json.loads(self["request"]["body"])


def camel_case(values: Mapping[str, object]) -> Json:
    """Python's names of arguments as keys of JSON: retry_after → retryAfter, from_ → from."""
    found: Json = {}
    for name, value in values.items():
        first, *rest = name.rstrip("_").split("_")
        found[first + "".join(word.capitalize() for word in rest)] = value
    return found
