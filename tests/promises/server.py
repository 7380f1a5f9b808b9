"""A server with intake and workers, which tests kill: `python -m tests.promises.server URL PORT`."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.intake.routes import intake_routes
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.work.workers import Workers
from tests.promises.sender import present


async def main(url: str, port: int) -> None:
    database = await open_database(url)
    workers = Workers(database, present, reach=Reach.PRIVATE)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with workers:
            yield

    application = Starlette(routes=intake_routes(database, present, wake=workers.wake), lifespan=lifespan)
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has only this flag
        await asyncio.sleep(0.01)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await serving


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
