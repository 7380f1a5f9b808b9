"""The command: `python -m tests.promises.same_bytes record FILE` or `compare BEFORE AFTER`."""

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from tests.promises.same_bytes.comparison import compare
from tests.promises.same_bytes.determinism import MONOTONIC, Present, make_deterministic
from tests.promises.same_bytes.program import bare_environment, find_program, serve_commands
from tests.promises.same_bytes.recorder import record

# Where the store lies, so that a slow disk does not matter.
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> int:
    parser = argparse.ArgumentParser(description="Record what the server answers, or compare two recordings.")
    parser.add_argument("action", choices=("record", "compare", "_commands"))
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--allow", type=Path, help="TOML file, or folder of files, with intended changes of texts")
    arguments = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Sets must have one order: Starlette writes the header Allow from one.
        os.execve(
            sys.executable, [sys.executable, "-m", __package__, *sys.argv[1:]], {**os.environ, "PYTHONHASHSEED": "0"}
        )
    tree = Path.cwd()
    if arguments.action == "_commands":
        serve_commands(tree)
        return 0
    if arguments.action == "compare":
        return compare(arguments.files[0], arguments.files[1], arguments.allow)
    return record_to(tree, arguments.files[0].absolute())


def record_to(tree: Path, out: Path) -> int:
    begun, folder = MONOTONIC(), Path(tempfile.mkdtemp(prefix="same-bytes-", dir=IN_MEMORY))
    present = Present()
    make_deterministic(present)
    signal.alarm(1200)
    os.environ.update(bare_environment())
    try:
        find_program(tree)
        records = asyncio.run(record(tree, folder, present))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    out.write_text(json.dumps([asdict(each) for each in records], ensure_ascii=False, indent=1) + "\n", "utf-8")
    for kind, count in sorted(Counter(each.name for each in records).items()):
        print(f"{count:6} {kind}")
    print(f"{len(records)} records in {MONOTONIC() - begun:.1f} seconds: {out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
