"""How fast a sync copies a shop from a server on the same machine, and what it costs.

    python -m tests.benchmarks.sync --checkouts 1000000 --exports

Measured: the backfill (checkouts per second, largest memory of the process), a run without changes and `sync verify`
(requests, cost points, seconds), and exports of the copy as JSON lines and as Parquet. The source is a separate process
without a rate limit. `--folder` keeps both stores.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.contenders import TOKEN
from tests.cli.serving import serving

PROGRAM = (sys.executable, "-m", "abandoned_checkouts")
SHOP = "copy.myshopify.com"


def ran(title: str, *arguments: str, count: int) -> tuple[str, str]:
    """Output and errors of a command. Prints its time, processor time, largest memory, and the load of the machine."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen([*PROGRAM, *arguments], stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        messages = errors.read()
        assert process.returncode == 0, messages
        seconds, spent = time.monotonic() - began, usage.ru_utime + usage.ru_stime
        print(
            f"{title}: {seconds:,.1f} s ({count / seconds:,.0f}/s), {spent:,.1f} s of processor time "
            f"({count / spent:,.0f}/s), {usage.ru_maxrss // 1024} MiB, load {os.getloadavg()[1]:.1f}",
            flush=True,
        )
        return output.read(), messages.strip().rpartition("\n")[2]


def measure(folder: Path, count: int, *, exports: bool) -> None:
    source, copy = folder / f"source-{count}.sqlite3", folder / f"copy-{count}.sqlite3"
    if not source.exists():
        # In a separate process, whose memory is not counted.
        subprocess.run([sys.executable, "-m", "tests.benchmarks.large_store", str(source), str(count)], check=True)
    url, of_copy = f"sqlite+aiosqlite:///{source}", ("--database", f"sqlite+aiosqlite:///{copy}")
    (folder / "token").write_text(TOKEN)
    with serving(url, throttle="false") as server:
        options = ("--shop", SHOP, "--from", server.base, "--token-file", str(folder / "token"))
        if not copy.exists():
            subprocess.run([*PROGRAM, "sync", "add", "main", *options, *of_copy], check=True)
        print("  " + ran("backfill", "sync", "run", "main", *of_copy, count=count)[1])
        print("  " + ran("run without changes", "sync", "run", "main", *of_copy, count=count)[1])
        report = json.loads(ran("verify", "sync", "verify", "main", "--json", *of_copy, count=count)[0])
        print(f"  {report['requests']} requests, {report['cost']} points, {report['totals']}", flush=True)
    if exports:
        tables = ("--table", "line_item", "--format", "parquet")
        for title, more in (("export, JSON lines", ("--format", "jsonl")), ("export, line items as Parquet", tables)):
            ran(title, "export", "--shop", SHOP, *more, "--out", str(folder / "exported"), *of_copy, count=count)
            print(f"  {(folder / 'exported').stat().st_size / 1e6:,.0f} MB", flush=True)
            (folder / "exported").unlink()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sync")
    parser.add_argument("--checkouts", type=int, default=10_000)
    parser.add_argument("--exports", action="store_true", help="also export the copy")
    parser.add_argument("--folder", type=Path, help="where both stores are kept")
    given = parser.parse_args()
    if given.folder is not None:
        measure(given.folder.absolute(), given.checkouts, exports=given.exports)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), given.checkouts, exports=given.exports)


if __name__ == "__main__":
    main()
