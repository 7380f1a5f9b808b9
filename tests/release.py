"""Builds the distributions and checks them as a stranger would use them: `make release`.

It builds sdist and wheel into dist/, checks their metadata (twine) and contents (check-wheel-contents), installs the
wheel with its dependencies into an empty environment, fills the demo shop, serves it and sends one query. It prints
sizes and times.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import httpx

from tests.places import ROOT
from tests.ports import free_port

# Goals: a wheel that downloads quickly, and a first response while the reader still waits.
LARGEST_WHEEL, LONGEST_START = 8_000_000, 20.0
QUERY = (
    '{ abandonedCheckouts(first: 1, query: "status:open") { nodes { name totalPriceSet { shopMoney { amount } } } } }'
)


def main() -> None:
    dist = ROOT / "dist"
    for old in dist.glob("abandoned_checkouts-*"):
        old.unlink()
    run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", dist])
    [wheel], [sdist] = dist.glob("*.whl"), dist.glob("*.tar.gz")
    print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.2f} MB; {sdist.name}: {sdist.stat().st_size / 1e6:.2f} MB")
    if wheel.stat().st_size > LARGEST_WHEEL:
        sys.exit(f"The wheel is larger than {LARGEST_WHEEL / 1e6:.0f} MB.")
    scripts = Path(sys.executable).parent
    run([scripts / "twine", "check", "--strict", wheel, sdist])
    run([scripts / "check-wheel-contents", wheel])
    with tempfile.TemporaryDirectory() as folder:
        try_wheel(wheel, Path(folder))


def try_wheel(wheel: Path, folder: Path) -> None:
    """Install the wheel with its dependencies, and time the demo from the installation to its first response."""
    run([sys.executable, "-m", "venv", folder / "environment"])
    scripts = folder / "environment" / "bin"
    started = time.monotonic()
    options = ["--quiet", "--disable-pip-version-check", "--constraint", ROOT / "constraints.txt"]
    run([scripts / "pip", "install", *options, wheel])
    installed = time.monotonic()
    size = sum(path.stat().st_size for path in (folder / "environment").rglob("*.*") if path.is_file())
    print(f"installed with its dependencies: {size / 1e6:.0f} MB in {installed - started:.1f} s")
    port = free_port()
    without_node = {**os.environ, "PATH": f"{scripts}:/usr/bin:/bin"}
    process = subprocess.Popen(
        [scripts / "abandoned-checkouts", "demo", "--serve", "--port", str(port)], cwd=folder, env=without_node
    )
    try:
        print(f"first response: {first_response(port, process) - installed:.1f} s after the installation")
    finally:
        process.terminate()
        process.wait(30)
    if time.monotonic() - installed > LONGEST_START:
        sys.exit(f"The demo took longer than {LONGEST_START:.0f} s.")


def first_response(port: int, process: subprocess.Popen[bytes]) -> float:
    """The time at which the query was answered."""
    url = f"http://127.0.0.1:{port}"
    while process.poll() is None:
        try:
            page = httpx.get(url)
            token = {"X-Shopify-Access-Token": "shpat_demo"}
            answer = httpx.post(f"{url}/admin/api/2026-10/graphql.json", json={"query": QUERY}, headers=token).json()
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        assert page.status_code == 200, page.text
        assert answer["data"]["abandonedCheckouts"]["nodes"], answer
        return time.monotonic()
    sys.exit(f"The demo ended with exit code {process.returncode}.")


def run(command: Iterable[object]) -> None:
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
