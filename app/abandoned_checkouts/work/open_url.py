"""Opens a URL of the internet, to confirm a subscription. Private networks are not reached."""

import asyncio

import httpcore

from abandoned_checkouts.work.targets import GuardedNetwork

SECONDS = 10.0


async def open_url(url: str, *, allow_private: bool = False) -> str | None:
    """Send a GET request. Returns None after a status of 2xx, else the problem. Redirects are not followed."""
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpcore.AsyncConnectionPool(network_backend=GuardedNetwork(allow_private)) as pool,
            pool.stream("GET", url, headers=[("User-Agent", "Abandoned-Checkouts")]) as response,
        ):
            return None if 200 <= response.status < 300 else f"the server responded with {response.status}"
    except TimeoutError:
        return f"no response within {SECONDS:g} seconds"
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        return str(error) or type(error).__name__
    except (httpcore.UnsupportedProtocol, ValueError, TypeError, OSError) as error:
        return str(error) or type(error).__name__
