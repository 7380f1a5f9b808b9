"""Downloads of bulk results: GET and HEAD, parts by Range, whole files compressed if the client accepts it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isal import isal_zlib
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from abandoned_checkouts.access.callers import link_caller
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, refused
from abandoned_checkouts.checkouts.moment import SECOND, Clock
from abandoned_checkouts.http_kit.compression import accepts
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import with_refusals
from abandoned_checkouts.shopify.bulk.rules.files import PATH, Results, is_signed, number_in
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import find_shop

MEDIA_TYPE = "application/jsonl"
_PORTION = 1 << 18
# The gzip format and the fastest level, which compresses these lines tenfold.
_GZIP, _LEVEL = 31, 1


@dataclass(frozen=True, slots=True)
class DownloadEndpoint:
    """`clock` returns microseconds since 1970."""

    database: Database
    clock: Clock
    results: Results

    async def respond(self, http: Request) -> Response:
        file, shop_id = http.path_params["file"], http.path_params["shop_id"]
        number = number_in(file)
        signature, expires = http.query_params.get("Signature", ""), http.query_params.get("Expires", "")
        if number is None or not (expires.isascii() and expires.isdigit()) or len(expires) > 15:
            raise RefusedError(403, "The URL is incomplete; query the bulk operation's `url` again.")
        async with self.database.read() as connection:
            shop = await find_shop(connection, shop_id) if shop_id < 1 << 63 else None
        caller = link_caller(shop is not None and is_signed(shop.secret, file, int(expires), signature))
        if shop is None or refused(caller, Endpoint.BULK_FILES, Data.BULK_FILES, Action.READ) is not None:
            raise RefusedError(403, "The signature of the URL is invalid; query the bulk operation's `url` again.")
        if int(expires) * SECOND <= self.clock():
            raise RefusedError(403, "The URL has expired; run the bulk operation again.")
        found = await self.results.readable(shop.id, file)
        if found is None:
            raise RefusedError(404, "The file has been deleted; run the bulk operation again.")
        path, after = found.path, BackgroundTask(found.path.unlink, missing_ok=True) if found.is_copy else None
        headers = {
            "vary": "Accept-Encoding",
            "content-disposition": f'attachment; filename="bulk-{number}.jsonl"',
            "cache-control": "private, max-age=0",
        }
        compress = accepts(http.headers.get("accept-encoding", ""), "gzip") and "range" not in http.headers
        if compress and http.method == "GET":
            headers["content-encoding"] = "gzip"
            return StreamingResponse(_compressed(path), media_type=MEDIA_TYPE, headers=headers, background=after)
        return FileResponse(path, media_type=MEDIA_TYPE, headers=headers, background=after)


def _compressed(path: Path) -> Iterator[bytes]:
    """The file in compressed portions. Starlette iterates over them in a thread."""
    compressor = isal_zlib.compressobj(_LEVEL, wbits=_GZIP)
    with path.open("rb") as file:
        while portion := file.read(_PORTION):
            yield compressor.compress(portion)
    yield compressor.flush()


def download_routes(database: Database, clock: Clock, results: Results) -> list[Route]:
    download = DownloadEndpoint(database, clock, results)
    return [Route(f"{PATH}/{{shop_id:int}}/{{file}}", with_refusals(download.respond), methods=["GET"])]
