"""Changes the core modules a little, many times, and reports the changes that no test notices: `make mutants`.

mutmut makes the changes: it flips comparisons, moves boundaries, drops arguments, changes constants and texts. It
changes the bodies of functions only, decorated ones too (undecorated.py), not constants and tables of a module. Each
change runs against those tests of its group (modules.toml) that call the changed function. The copy with the changes
is in a temporary folder.

    python -m tests.mutants [GROUP …] [--only MODULE]… [--sample NUMBER] [--processes NUMBER] [--keep FOLDER]

Exit code 1: a change went unnoticed that equivalent.toml does not list.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutants.undecorated import undecorated
from tests.places import ROOT

HERE = Path(__file__).parent
# Copied into the folder in which mutmut works, and the name there: mutmut expects the code in src.
CODE = {"app/abandoned_checkouts": "src/abandoned_checkouts", "search_syntax": "src/search_syntax"}
COPIED = ("tests", "docs", "README.md", "schema.graphql")
LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", "web", "dist", "same_bytes", "*.sqlite3")
NOTICED = {"killed", "timeout", "segfault", "caught by type check"}
DIFFS = """
import json, sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
print(json.dumps([get_diff_for_mutant(name) for name in json.load(sys.stdin)]))
"""
NAMES = """
import json, sys
from pathlib import Path
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name
paths = [Path(name) for name in json.load(sys.stdin)]
made = {str(path): mutate_file_contents(str(path), path.read_text(encoding="utf-8")).mutant_names for path in paths}
print(json.dumps({name: [get_mutant_name(Path(name), each) for each in names] for name, names in made.items()}))
"""
SEED = 15
EXAMPLES = "50"  # of each property of the search syntax; a full run takes 1,000


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: `module` is a path below the root of the repository, `diff` its changed lines."""

    name: str
    module: str
    status: str

    @property
    def function(self) -> str:
        """The name of the changed function, as `name` or `Class.name`. mutmut's own names are x_name and
        xǁClassǁname."""
        mangled = self.name.rpartition(".")[2].partition("__mutmut_")[0]
        return mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change that makes no difference, with the reason."""

    module: str
    function: str
    was: str
    becomes: str
    reason: str


def groups() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((HERE / "modules.toml").read_text(encoding="utf-8"))


def equivalents() -> list[Equivalent]:
    listed = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8"))
    return [Equivalent(**entry) for entry in listed.get("equivalent", [])]


def copied_name(path: str) -> str:
    """The path of a module in the folder in which mutmut works."""
    for folder, name in CODE.items():
        if path == folder or path.startswith(f"{folder}/"):
            return name + path.removeprefix(folder)
    raise ValueError(f"{path} is in none of the folders {', '.join(CODE)}")


def module_files(group: dict[str, list[str]]) -> list[str]:
    left_out = set(group.get("without", []))
    found = []
    for module in group["modules"]:
        path = ROOT / module
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        found += [str(file.relative_to(ROOT)) for file in files]
    return [file for file in found if file not in left_out]


def test_files(group: dict[str, list[str]]) -> list[str]:
    left_out = set(group.get("without_tests", []))
    found = []
    for test in group["tests"]:
        path = ROOT / test
        files = sorted(path.glob("test_*.py")) if path.is_dir() else [path]
        found += [str(file.relative_to(ROOT)) for file in files]
    return [file for file in found if file not in left_out]


def prepare(folder: Path, modules: list[str], tests: list[str], left_out: list[str]) -> None:
    for source, name in CODE.items():
        shutil.copytree(ROOT / source, folder / name, ignore=LEFT_OUT, dirs_exist_ok=True)
    for module in modules:
        copied = folder / copied_name(module)
        copied.write_text(undecorated(copied.read_text(encoding="utf-8")), encoding="utf-8")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=LEFT_OUT, dirs_exist_ok=True)
        else:
            shutil.copy2(source, folder / name)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    plugins = ["no:cacheprovider", "no:xdist", "tests.mutants.pytest_plugin"]
    select = ["-k", " and ".join(f"not {name}" for name in left_out)] if left_out else []
    settings: dict[str, Any] = {
        "source_paths": ["src"],
        "only_mutate": [copied_name(module) for module in modules],
        "also_copy": [name for name in COPIED if name != "tests"],
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": [*(f"-p{plugin}" for plugin in plugins), *select],
        "use_git_change_detection": False,
    }
    lines = [f"{key} = {str(value).lower() if isinstance(value, bool) else value!r}" for key, value in settings.items()]
    (folder / "pyproject.toml").write_text(f"{project}\n[tool.mutmut]\n" + "\n".join(lines) + "\n", encoding="utf-8")


def mutmut(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "EXAMPLES": EXAMPLES, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"mutmut {arguments[0]} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def results(folder: Path, modules: list[str]) -> Iterator[Mutant]:
    paths = {
        copied_name(module).removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", "."): module
        for module in modules
    }
    for line in mutmut(folder, "results", "--all", "true").splitlines():
        name, found, status = line.strip().partition(": ")
        if found and status != "not checked":
            yield Mutant(name, paths[name.rpartition(".")[0]], status)


def inside(folder: Path, program: str, given: Any) -> Any:
    """What a program that uses mutmut prints as JSON for `given`. mutmut works in the current folder only."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, input=json.dumps(given), capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def sampled(folder: Path, modules: list[str], size: int) -> list[str]:
    """The names of at most `size` changes of each module, the same ones in each run."""
    chosen = []
    for names in inside(folder, NAMES, [copied_name(module) for module in modules]).values():
        chosen += names if len(names) <= size else random.Random(SEED).sample(names, size)
    return chosen


def diffs(folder: Path, mutants: list[Mutant]) -> Iterator[tuple[str, str]]:
    """The lines that each change removes and adds, each stripped. One process for all: mutmut starts slowly."""
    for diff in inside(folder, DIFFS, [mutant.name for mutant in mutants]):
        lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
        yield tuple("\n".join(line[1:].strip() for line in lines if line[:1] == sign) for sign in "-+")


def print_figures(place: str, count: Counter[str]) -> None:
    """One line with the results for a module or group. In the share, equivalent changes count as noticed."""
    if total := count.total():
        print(
            f"{place}: {total} changes, {count['noticed']} noticed, {count['equivalent']} equivalent, "
            f"{count['left']} unnoticed ({(total - count['left']) / total:.1%})"
        )


def run_group(name: str, only: list[str], sample: int | None, processes: int, folder: Path) -> bool:
    """Run one group and print the figures of its modules, and the changes that no test noticed. Returns True if there
    are none."""
    group = groups()[name]
    modules = [module for module in module_files(group) if not only or any(part in module for part in only)]
    prepare(folder, modules, test_files(group), group.get("without_tests_named", []))
    names = [] if sample is None else sampled(folder, modules, sample)
    mutmut(folder, "run", "--max-children", str(processes), *names)
    listed = {(each.module, each.function, each.was, each.becomes) for each in equivalents()}
    counts: dict[str, Counter[str]] = {module: Counter() for module in modules}
    unnoticed = []
    for mutant in results(folder, modules):
        if mutant.status in NOTICED:
            counts[mutant.module]["noticed"] += 1
        else:
            unnoticed.append(mutant)
    left = []
    for mutant, (was, becomes) in zip(unnoticed, diffs(folder, unnoticed), strict=True):
        if (mutant.module, mutant.function, was, becomes) in listed:
            counts[mutant.module]["equivalent"] += 1
        else:
            counts[mutant.module]["left"] += 1
            left.append((mutant, was, becomes))
    chosen = "all changes" if sample is None else f"at most {sample} changes of each module, chosen with seed {SEED}"
    print(f"{name}: {chosen}")
    for module, count in counts.items():
        print_figures(module, count)
    print_figures(name, sum(counts.values(), Counter()))
    for mutant, was, becomes in left:
        print(f"\n{mutant.module} {mutant.function} ({mutant.status})\n- {was}\n+ {becomes}")
    return not left


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="groups of modules.toml; by default all")
    parser.add_argument("--only", action="append", default=[], help="change only modules whose path contains this")
    parser.add_argument("--sample", type=int, help="at most this many changes of each module, chosen at random")
    parser.add_argument("--processes", type=int, default=2, help="tests that run at once (default: 2)")
    parser.add_argument("--keep", type=Path, help="work in this folder, and keep it for `mutmut browse`")
    chosen = parser.parse_args()
    unknown = set(chosen.groups) - set(groups())
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))} is not a group. The groups are {', '.join(groups())}.")
    complete = True
    for name in chosen.groups or groups():
        with tempfile.TemporaryDirectory() as temporary:
            complete &= run_group(
                name, chosen.only, chosen.sample, chosen.processes, (chosen.keep or Path(temporary)) / name
            )
    sys.exit(not complete)


if __name__ == "__main__":
    main()
