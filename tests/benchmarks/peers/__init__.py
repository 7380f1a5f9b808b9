"""Servers of others that answer the same queries from the same store: Mercurius with its compiler, and GraphQL Yoga."""

import os
import shutil
import subprocess
from pathlib import Path

from abandoned_checkouts.explorer.build import node_and_npm
from tests.benchmarks.contenders import Contender

_FOLDER = Path(__file__).parent
_SERVERS = {"Mercurius JIT": "mercurius.js", "GraphQL Yoga": "yoga.js"}
# Of queries.py. A search for words and a count would compare SQL only, and new documents are nothing they are made for.
QUESTIONS = ("page of 250 with lines", "page of 250, filter", "page of 10", "page of 10, filter", "one by node")


def peers(store: str) -> list[Contender]:
    """The servers for a store on SQLite. This installs their packages, if that has not been done."""
    npm, place = node_and_npm()
    path = f"{place}{os.pathsep}{os.environ.get('PATH', '')}"
    if not (_FOLDER / "node_modules").is_dir():
        subprocess.run([*npm, "ci"], cwd=_FOLDER, env={**os.environ, "PATH": path}, check=True)
    node = shutil.which("node", path=path)
    assert node is not None, place
    return [Contender(title, (node, str(_FOLDER / name)), {"BENCH_STORE": store}) for title, name in _SERVERS.items()]
