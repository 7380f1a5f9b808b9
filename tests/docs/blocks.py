"""The fenced blocks of README.md and docs/, and what checks each of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.places import DOCS, ROOT

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """`page` is the path below the root; `line` is that of the opening fence."""

    page: str
    language: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page}:{self.line} ({self.language or 'no language'})"


def blocks_of(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(page, each[2], re.sub(rf"(?m)^{each[1]}", "", each[3]), text.count("\n", 0, each.start()) + 1)
        for each in _FENCE.finditer(text)
    ]


def pages() -> list[str]:
    return ["README.md", *sorted(f"docs/{path.name}" for path in DOCS.glob("*.md"))]


# Pages whose blocks `sh` and `python` run in their order against one twin, and whose blocks `text` are the output of
# the block before: test_blocks.py::test_the_page_runs.
SHELL_PAGES = (
    "docs/admin-api.md",
    "docs/control.md",
    "docs/cost.md",
    "docs/explore-as-a-merchant.md",
    "docs/intake.md",
    "docs/keep-your-shop.md",
    "docs/load-a-warehouse.md",
    "docs/plans.md",
    "docs/send-reminders.md",
    "docs/test-your-app.md",
    "docs/twin.md",
)
# Pages whose commands run in this process, on a demo shop: test_blocks.py::test_the_commands_run.
COMMAND_PAGES = (
    "docs/agents.md",
    "docs/automations.md",
    "docs/bulk.md",
    "docs/events.md",
    "docs/import.md",
    "docs/mail.md",
    "docs/reports.md",
    "docs/wix.md",
)
# Lines of these pages that do not run, and why. Their options are checked: test_every_command_can_be_parsed.
NOT_RUN: Mapping[str, str] = {
    "pip install": "the tests install nothing",
    "npm install": "the tests install nothing; tests/clients installs these packages",
    "curl https://server.example": "a server of others; tests/intake sends such requests",
    ". .venv/bin/activate": "the tests run in an environment already",
    "export ": "names of settings; tests/wix runs the package with them",
}
_OUTPUT = "output or a file as an example"
# Other blocks: the page, the language, and the test that runs or compares it, or the reason why it is only shown.
CHECKED: Mapping[tuple[str, str], str] = {
    ("README.md", "sh"): "tests/docs/test_readme.py",
    ("README.md", "json"): "tests/docs/test_readme.py",
    ("docs/agents.md", "json"): "tests/docs/test_agents.py",
    ("docs/anonymise.md", "sh"): "tests/docs/test_anonymise.py",
    ("docs/architecture.md", "text"): "shown: a drawing",
    ("docs/archive.md", "sh"): "tests/docs/test_archive.py",
    ("docs/automations.md", "yaml"): "tests/docs/test_automations.py",
    ("docs/automations.md", ""): f"shown: {_OUTPUT}",
    ("docs/bulk.md", "graphql"): "tests/docs/test_blocks.py",
    ("docs/bulk.md", ""): f"shown: {_OUTPUT}",
    ("docs/events.md", "graphql"): "tests/docs/test_blocks.py",
    ("docs/events.md", "http"): "tests/docs/test_events.py",
    ("docs/events.md", "json"): "tests/docs/test_events.py",
    ("docs/explorer.md", "json"): "tests/docs/test_explorer.py",
    ("docs/operations.md", "json"): f"shown: {_OUTPUT}",
    ("docs/operations.md", "sh"): "tests/docs/test_operations.py",
    ("docs/retention.md", "sh"): "tests/docs/test_retention.py",
    ("docs/retention.md", "json"): f"shown: {_OUTPUT}",
    ("docs/scenarios.md", "sh"): "tests/cli/test_twin_commands.py",
    ("docs/scaling.md", "sh"): "tests/cli/test_store_commands.py",
    ("docs/search.md", ""): f"shown: {_OUTPUT}",
    ("docs/stores.md", "sh"): "tests/docs/test_stores.py",
    ("docs/testing.md", "js"): "tests/docs/test_testing.py",
    ("docs/testing.md", "python"): "tests/docs/test_testing.py",
    ("docs/testing.md", "sh"): "tests/docs/test_testing.py",
    ("docs/testing.md", "text"): f"shown: {_OUTPUT}",
    ("docs/testing.md", "yaml"): "tests/docs/test_testing.py",
    ("docs/tokens.md", "sh"): "tests/docs/test_tokens.py",
    ("docs/warehouse.md", "json"): f"shown: {_OUTPUT}",
    ("docs/warehouse.md", "python"): "tests/clients/test_installed_apart.py",
    ("docs/warehouse.md", "sh"): "tests/docs/test_warehouse.py",
    ("docs/warehouse.md", "sql"): "tests/docs/test_warehouse.py",
    ("docs/wix.md", "js"): "tests/clients",
    ("docs/wix.md", "json"): "tests/docs/test_wix.py",
}


def check_of(block: Block) -> str | None:
    """What checks a block: a test below the root, or "shown: " and a reason. None: nothing does."""
    if block.page in SHELL_PAGES and block.language in ("sh", "python", "text"):
        return "tests/docs/test_blocks.py"
    if block.language == "console":
        return "shown: it prepares what the test prepares itself: a server, an environment"
    if block.page in COMMAND_PAGES and block.language == "sh":
        return "tests/docs/test_blocks.py"
    return CHECKED.get((block.page, block.language))
