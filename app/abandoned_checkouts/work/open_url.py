"""Opens a URL of the internet: to confirm a subscription, or to read a certificate. Private networks are not
reached."""

import asyncio

from abandoned_checkouts.checkouts.fetched import Fetched
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.work.sender import CONNECT_SECONDS, open_client
from abandoned_checkouts.work.targets import RequestError

SECONDS = 10.0
# Longer responses are cut off: a certificate has about 2,000 bytes.
_LONGEST = 64 * 1024


async def open_url(url: str, *, reach: Reach = Reach.PUBLIC) -> Fetched:
    """Send a GET request. A status other than 2xx is a problem. Redirects are not followed."""
    client = await open_client(reach=reach, connections=1)
    headers = {"User-Agent": "Abandoned-Checkouts"}
    try:
        async with asyncio.timeout(SECONDS):
            status, content = await client.send("GET", url, headers, None, connect=CONNECT_SECONDS, most=_LONGEST)
    except TimeoutError:
        return Fetched(problem=f"no response within {SECONDS:g} seconds")
    except RequestError as problem:
        return Fetched(problem=str(problem))
    finally:
        await client.close()
    if not 200 <= status < 300:
        return Fetched(problem=f"the server responded with {status}")
    return Fetched(content.decode("utf-8", "replace"))
