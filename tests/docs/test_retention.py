"""docs/retention.md: its commands run, and its settings are all there are."""

import re
import shlex

from abandoned_checkouts.checkouts.settings import SETTINGS
from tests.cli.conftest import SHOP, Run
from tests.cli.conftest import run as run  # The fixture.
from tests.places import DOCS

PAGE = (DOCS / "retention.md").read_text()
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines() if line.strip()
]


def test_the_settings_exist() -> None:
    names = re.findall(r"^\| `(\w+)` \|", PAGE.partition("```")[0], re.MULTILINE)
    assert set(names) == {name for name in SETTINGS if name.startswith("retention") or name == "legal_hold"}


def test_the_commands_run(run: Run, sqlite_url: str) -> None:
    run("demo", "--checkouts", "5", "--database", sqlite_url)
    shop = "demo-shop.myshopify.com"
    for command in COMMANDS:
        words = [shop if word == SHOP else word for word in shlex.split(command)][1:]
        if words[:2] in (["retention", "hold"], ["retention", "release"]):
            assert (
                "has no abandoned checkout 999"
                in run(
                    *["999" if word == "1000001" else word for word in words], "--database", sqlite_url, code=5
                ).stderr
            )
        else:
            done = run(*words, "--database", sqlite_url)
            if "--dry-run" in words:
                assert "nothing was changed" in done.stderr and f"{shop}\tanonymise\t" in done.stdout
    assert f"{shop}\tlegal hold" in run("retention", "run", "--database", sqlite_url).stdout
