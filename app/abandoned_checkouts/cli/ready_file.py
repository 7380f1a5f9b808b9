"""Writes a file with the server's URL as soon as the server responds, for scripts that wait for it."""

import http.client
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

# Seconds between two checks of a server that is starting.
_EVERY = 0.05


def announce(file: Path, url: str) -> None:
    """Delete an old file, and write the URL to a new one as soon as the server at `url` responds. Returns at once."""
    file.unlink(missing_ok=True)
    threading.Thread(target=_wait_and_write, args=(file, url), name="ready file", daemon=True).start()


def _wait_and_write(file: Path, url: str) -> None:
    while not _responds(url):
        time.sleep(_EVERY)
    # Renamed when complete, so that a script never reads a part of it.
    part = file.with_name(f"{file.name}.part")
    part.write_text(f"{url}\n")
    part.replace(file)


def _responds(url: str) -> bool:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
