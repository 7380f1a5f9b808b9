"""`python -m tests.benchmarks.export` measures the checkouts per CPU second that `export` writes, as JSON lines and as
CSV.

The store is the demo shop, whose checkouts have all kinds of fields (about 7 kB of JSON each). The start of the command
is included. With `--beside FOLDER`, the same commands run in turn with another checkout of this repository, and the
files must be equal.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.startup import cpu_of_command
from tests.places import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.export", description=__doc__)
    parser.add_argument("--size", type=int, default=5_000, help="checkouts in the store (5,000)")
    parser.add_argument("--rounds", type=int, default=3, help="exports of each kind (3)")
    parser.add_argument("--beside", type=Path, help="the folder of another checkout of this repository")
    given = parser.parse_args()
    trees = [ROOT] if given.beside is None else [given.beside.absolute(), ROOT]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/store.sqlite3"
        cpu_of_command(ROOT, "demo", "--checkouts", str(given.size), "--database", url)
        for form in ("jsonl", "csv"):
            files = [Path(folder) / f"{place}.{form}" for place, _ in enumerate(trees)]
            rates: list[list[float]] = [[] for _ in trees]
            for _ in range(given.rounds):
                for tree, file, found in zip(trees, files, rates, strict=True):
                    options = ("--format", form, "--out", str(file), "--database", url)
                    found.append(given.size / cpu_of_command(tree, "export", *options))
            assert len({file.read_bytes() for file in files}) == 1, "the files differ"
            print(f"{form:<6}" + "   ".join(f"{statistics.median(found):,.0f}/s" for found in rates))


if __name__ == "__main__":
    main()
