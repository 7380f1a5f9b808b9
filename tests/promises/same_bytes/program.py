"""The program, found in a tree: its package and its command line."""

import contextlib
import importlib
import json
import os
import subprocess
import sys
import tomllib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.promises.same_bytes.determinism import Present, make_deterministic, make_randomness_deterministic
from tests.promises.same_bytes.records import Json, text_of


def find_program(tree: Path) -> Any:
    """The package of this tree. In older trees, its name is `app`."""
    known = [each for each in sys.path if each]
    inner = [str(tree / "app")] if (tree / "app" / "abandoned_checkouts").is_dir() else []
    sys.path[:] = list(dict.fromkeys((*inner, str(tree), *known)))
    for name in ("abandoned_checkouts", "app"):
        with contextlib.suppress(ModuleNotFoundError):
            found = importlib.import_module(name)
            if not str(found.__file__).startswith(f"{tree}/"):
                raise SystemExit(f"{name} comes from {found.__file__}, not from {tree}")
            make_randomness_deterministic(name)
            return found
    raise SystemExit(f"{tree} holds neither abandoned_checkouts nor app")


def command_line(tree: Path) -> Callable[[], None]:
    """The function that the console script calls."""
    project = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["scripts"]["abandoned-checkouts"].partition(":")
    found: Callable[[], None] = getattr(importlib.import_module(module), name)
    return found


def serve_commands(tree: Path) -> None:
    """Run each command that standard input names in a fork, so that the program is loaded only once."""
    present = Present()
    make_deterministic(present)
    find_program(tree)
    main = command_line(tree)
    _load_all_commands(main)
    for text in sys.stdin:
        command = json.loads(text)
        present.now = command["now"]
        present.number_from(command["base"])
        child = os.fork()
        if child == 0:
            _become(main, command)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _load_all_commands(main: Callable[[], None]) -> None:
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        for words in (["--help"], ["schema"], ["export", "--help"], ["event", "--help"], ["import", "--help"]):
            sys.argv = ["abandoned-checkouts", *words]
            with contextlib.suppress(SystemExit):
                main()


def _become(main: Callable[[], None], command: Json) -> None:
    """Turn this process into the command."""
    os.chdir(command["folder"])
    for number, name, mode in ((0, "in", os.O_RDONLY), (1, "out", os.O_WRONLY), (2, "err", os.O_WRONLY)):
        os.dup2(os.open(name, mode), number)
    os.environ.update(command["environment"])
    sys.argv = [str(Path(sys.executable).parent / "abandoned-checkouts"), *command["words"]]
    # So that click names the program as a console script, not as `python -m`.
    sys.modules["__main__"].__package__ = None
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as the process
    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


@dataclass
class Commands:
    """The command line of the program, with its own folder."""

    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, tree: Path, folder: Path, environment: dict[str, str]) -> "Commands":
        words = [sys.executable, "-m", "tests.promises.same_bytes", "_commands"]
        own = {**bare_environment(), **environment}
        pipes: Json = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return cls(folder, environment, subprocess.Popen(words, cwd=tree, env=own, **pipes))

    def run(self, words: list[str], stdin: str, environment: dict[str, str], present: Present) -> tuple[int, str, str]:
        (self.folder / "in").write_text(stdin, encoding="utf-8")
        out, err = self.folder / "out", self.folder / "err"
        out.write_bytes(b"")
        err.write_bytes(b"")
        command = {"words": words, "environment": environment, "folder": str(self.folder)}
        pipe_in, pipe_out = self.process.stdin, self.process.stdout
        assert pipe_in is not None and pipe_out is not None
        pipe_in.write(json.dumps({**command, "now": present.now, "base": present.base}) + "\n")
        pipe_in.flush()
        return int(pipe_out.readline()), text_of(out.read_bytes()), text_of(err.read_bytes())

    def stop(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(30)


def bare_environment() -> dict[str, str]:
    """An environment without the caller's settings and terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ABANDONED_CHECKOUTS_")}
    return {**kept, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
