"""How fast a sync copies a shop from a server on the same machine, and what it costs.

    python -m tests.benchmarks.sync --checkouts 10000

Measured: the backfill (rows per second, largest memory of the process), a run without changes and `sync verify`
(requests, cost points, seconds). The source is a separate process without a rate limit.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.cli.serving import serving

PROGRAM = (sys.executable, "-m", "abandoned_checkouts")


def ran(*arguments: str) -> tuple[float, str, str]:
    """Seconds, output and errors of a command. Prints its processor time and largest memory."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen([*PROGRAM, *arguments], stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        said = errors.read()
        assert process.returncode == 0, said
        print(f"  {usage.ru_utime + usage.ru_stime:.1f} s of processor time, {usage.ru_maxrss // 1024} MiB")
        return time.monotonic() - began, output.read(), said


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkouts", type=int, default=10_000)
    count = parser.parse_args().checkouts
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, copy = (f"sqlite+aiosqlite:///{folder / file}" for file in ("source.sqlite3", "copy.sqlite3"))
        # In a separate process, whose memory is not counted.
        subprocess.run(
            ["sh", "-c", f'"{sys.executable}" -m abandoned_checkouts demo --checkouts {count} --database {source}'],
            check=True,
        )
        (folder / "token").write_text("shpat_demo")
        with serving(source, throttle="false") as server:
            of_copy = ("--database", copy)
            options = ("--shop", "copy.myshopify.com", "--from", server.base, "--token-file", str(folder / "token"))
            ran("sync", "add", "main", *options, *of_copy)
            seconds, _, errors = ran("sync", "run", "main", *of_copy)
            speed = f"{count / seconds:,.0f} rows/s"
            print(f"backfill: {count:,} in {seconds:.1f} s, {speed}")
            print("  " + errors.strip())
            seconds, _, errors = ran("sync", "run", "main", *of_copy)
            print(f"without changes: {seconds:.1f} s; {errors.strip()}")
            seconds, output, _ = ran("sync", "verify", "main", "--json", *of_copy)
            report = json.loads(output)
            print(
                f"verify: {seconds:.1f} s, {report['requests']} requests, {report['cost']} points, {report['totals']}"
            )


if __name__ == "__main__":
    main()
