"""python -m tests.benchmarks.startup: CPU seconds of `--help`, `token list`, and `serve` until its first response.

Each is a new process, and the table has the median of the rounds. With `--beside FOLDER`, the same commands run in
turn with the code of another checkout of this repository. The code is compiled to bytecode first, as pip does when it
installs a package: without it, each start compiles all modules, which takes a fifth of a second longer.
"""

import argparse
import compileall
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil

from tests.places import ROOT
from tests.ports import free_port

SHOP, TOKEN = "demo-shop.myshopify.com", "shpat_demo"
QUERY = "{ abandonedCheckouts(first: 5) { nodes { id name totalPriceSet { shopMoney { amount } } } } }"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.startup", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="processes of each kind (5)")
    parser.add_argument("--beside", type=Path, help="the folder of another checkout of this repository")
    given = parser.parse_args()
    trees = [ROOT] if given.beside is None else [given.beside.absolute(), ROOT]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/store.sqlite3"
        for tree in trees:
            compile_code(tree)
        cpu_of_command(ROOT, "demo", "--database", url)
        measured: dict[str, Callable[[Path], float]] = {
            "--help": lambda tree: cpu_of_command(tree, "--help"),
            "token list": lambda tree: cpu_of_command(tree, "token", "list", "--shop", SHOP, "--database", url),
            "first response": lambda tree: cpu_of_first_response(tree, url),
        }
        for name, measure in measured.items():
            seconds: dict[Path, list[float]] = {tree: [] for tree in trees}
            for _ in range(given.rounds):
                for tree in trees:
                    seconds[tree].append(measure(tree))
            shown = (
                f"{statistics.median(found):.2f} s ({min(found):.2f}-{max(found):.2f})" for found in seconds.values()
            )
            print(f"{name:<16}" + "   ".join(shown))


def compile_code(tree: Path) -> None:
    """Compile the modules of a checkout whose bytecode is missing or old."""
    for folder in ("app", "search_syntax"):
        assert compileall.compile_dir(tree / folder, quiet=1), f"{tree / folder} cannot be compiled"


def cpu_of_command(tree: Path, *arguments: str) -> float:
    before = _of_children()
    subprocess.run(_command(*arguments), env=_environment(tree), check=True, stdout=subprocess.DEVNULL)
    return _of_children() - before


def cpu_of_first_response(tree: Path, url: str) -> float:
    """The CPU time of a server until it has responded to a first query, sent as soon as it listens."""
    port = free_port()
    command = _command("serve", "--port", str(port), "--database", url)
    process = psutil.Popen(command, env=_environment(tree), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not _responds(f"http://127.0.0.1:{port}/admin/api/2026-10/graphql.json"):
            assert process.poll() is None and time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        used = process.cpu_times()
        return used.user + used.system
    finally:
        process.kill()
        process.wait()


def _responds(address: str) -> bool:
    headers = {"Host": SHOP, "X-Shopify-Access-Token": TOKEN, "Content-Type": "application/json"}
    try:
        with urlopen(Request(address, json.dumps({"query": QUERY}).encode(), headers), timeout=30) as response:
            assert b'"nodes":[{' in response.read()
    except (URLError, ConnectionError):
        return False
    return True


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "abandoned_checkouts", *arguments]


def _environment(tree: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{tree / 'app'}{os.pathsep}{tree}"}


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
