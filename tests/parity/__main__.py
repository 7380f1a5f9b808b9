"""`make parity SHOP=name.myshopify.com TOKEN=shpat_…`: a real shop against this server; without them, two of ours."""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.parity.run import Side, parity
from tests.ports import free_port

DEMO_TOKEN = "shpat_demo"


@contextmanager
def our_server(checkouts: int, seed: int) -> Iterator[Side]:
    """A server of ours with the demo shop, in a process and a folder of its own."""
    command, port = str(Path(sys.executable).with_name("abandoned-checkouts")), free_port()
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite+aiosqlite:///{folder}/parity.sqlite3"
        fill = ["demo", "--checkouts", str(checkouts), "--seed", str(seed), "--database", database]
        subprocess.run([command, *fill], check=True, capture_output=True)
        serve = ["serve", "--port", str(port), "--database", database]
        process = subprocess.Popen([command, *serve], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            side = Side(f"http://127.0.0.1:{port}", DEMO_TOKEN)
            _wait(side, process)
            yield side
        finally:
            process.terminate()
            process.wait(15)


def _wait(side: Side, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            httpx.get(side.address, timeout=2)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("our server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make parity", description=__doc__)
    parser.add_argument("--shop", default="", help="NAME.myshopify.com, or an address with http:// or https://")
    parser.add_argument("--token", default="", help="an Admin API token of the shop, read-only")
    parser.add_argument("--against", default="", help="the address of the other server; default: start ours")
    parser.add_argument("--against-token", default=DEMO_TOKEN, help="its token")
    parser.add_argument("--out", type=Path, default=Path("parity"), help="folder of report.md and recordings.json")
    given = parser.parse_args()
    if bool(given.shop) != bool(given.token):
        raise SystemExit("give both SHOP and TOKEN, or neither")
    key = os.environ.get("PARITY_KEY", "").encode() or secrets.token_bytes(32)
    with ExitStack() as stack:
        address = given.shop if "://" in given.shop else f"https://{given.shop}"
        first = Side(address, given.token) if given.shop else stack.enter_context(our_server(60, 7))
        ours = stack.enter_context(our_server(40, 3)) if not given.against else None
        second = ours or Side(given.against, given.against_token)
        client = stack.enter_context(httpx.Client(timeout=30))
        found = parity(first, second, given.out, key, client)
    sys.stdout.write(f"{len(found)} differences; see {given.out}/report.md" + "\n")
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
