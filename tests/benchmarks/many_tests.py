"""Measures the time of 200 small tests with the pytest plugin: `python -m tests.benchmarks.many_tests`.

Each test makes a checkout, moves the clock by three days and counts by GraphQL, and is rewound afterwards. The time
includes the start of pytest and of a server for each process.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = """
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_small(twin, number):
    twin.checkout(state="open")
    twin.travel("3 days")
    answer = twin.graphql("{{ abandonedCheckoutsCount {{ count }} }}")
    assert answer["data"]["abandonedCheckoutsCount"]["count"] == 1
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=int, default=200)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_many.py").write_text(TESTS.format(count=given.tests))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(given.processes)]
        started = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
    print(done.stdout.strip().splitlines()[-1] if done.returncode == 0 else done.stdout + done.stderr)
    print(
        f"{given.tests} tests in {given.processes} processes: {seconds:.1f} s, "
        f"{seconds / given.tests * 1000:.0f} ms each"
    )
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
