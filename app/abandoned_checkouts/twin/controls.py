"""The parts of a running twin that the endpoints use, and what endpoints share: reading bodies and refusing
requests."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.bodies import BodyReader
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import body_refusals
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.tenants.shops import all_shops
from abandoned_checkouts.twin.bulk_pace import BulkPace
from abandoned_checkouts.twin.clock import TwinClock
from abandoned_checkouts.twin.fault_rules import Faults
from abandoned_checkouts.twin.journal import Journal
from abandoned_checkouts.twin.nearest import nearest
from abandoned_checkouts.twin.random_streams import RandomStreams
from abandoned_checkouts.twin.scenarios.running import RunningScenarios
from abandoned_checkouts.twin.snapshots import Snapshots
from abandoned_checkouts.twin.travel import Travel

BODIES = BodyReader(4 * 1024 * 1024, body_refusals("4 MiB"))


@dataclass(frozen=True, slots=True)
class Controls:
    """The parts of a running twin. `public_url` may be empty."""

    database: Database
    clock: TwinClock
    random: RandomStreams
    travel: Travel
    snapshots: Snapshots
    journal: Journal
    faults: Faults
    bulk: BulkPace
    scenarios: RunningScenarios
    public_url: str


TwinHandler = Callable[[Request, Controls], Awaitable[Response]]


async def body_of(request: Request) -> UntypedJson:
    """The body as a JSON object; an empty one is an empty object. Raises RefusedError."""
    return BODIES.json_object(await BODIES.read(request) or b"{}")


def known_keys(body: UntypedJson, names: Iterable[str]) -> None:
    """Refuse unknown keys. The message suggests the nearest known key. Raises RefusedError."""
    known = list(names)
    for key in body:
        if key not in known:
            raise RefusedError(422, f'"{key[:100]}" is not a field here.{nearest(key, known)}')


def missing(kind: str, name: str, known: Iterable[str]) -> RefusedError:
    """The error with status 404 for an unknown name."""
    return RefusedError(404, f'There is no {kind} "{name[:100]}".{nearest(name, known)}')


async def shop_of(connection: Connection, name: object) -> Shop:
    """The shop with that domain. If `name` is None, the only shop, else the demo shop. Raises RefusedError."""
    shops = await all_shops(connection)
    domains = [shop.domain for shop in shops]
    if name is None:
        chosen = shops if len(shops) == 1 else [shop for shop in shops if shop.is_demo]
        if len(chosen) == 1:
            return chosen[0]
        if not shops:
            raise RefusedError(422, 'There is no shop yet. Create one: POST /__twin/shops {"domain": "…"}.')
        raise RefusedError(422, f'Name a shop in "shop": {", ".join(domains[:20])}.')
    for shop in shops:
        if isinstance(name, str) and shop.domain == name.strip().lower():
            return shop
    raise missing("shop", str(name), domains)
