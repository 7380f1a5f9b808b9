"""Opens a URL of the internet, to confirm a subscription. Private networks are not reached."""

import asyncio

from abandoned_checkouts.work.sender import CONNECT_SECONDS, open_client
from abandoned_checkouts.work.targets import RequestError

SECONDS = 10.0


async def open_url(url: str, *, allow_private: bool = False) -> str | None:
    """Send a GET request. Returns None after a status of 2xx, else the problem. Redirects are not followed."""
    client = await open_client(allow_private=allow_private, connections=1)
    headers = {"User-Agent": "Abandoned-Checkouts"}
    try:
        async with asyncio.timeout(SECONDS):
            status, _ = await client.send("GET", url, headers, None, connect=CONNECT_SECONDS, most=1)
        return None if 200 <= status < 300 else f"the server responded with {status}"
    except TimeoutError:
        return f"no response within {SECONDS:g} seconds"
    except RequestError as problem:
        return str(problem)
    finally:
        await client.close()
