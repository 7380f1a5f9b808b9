"""CONTRIBUTING.md is correct: its paths, commands and links exist, and its tables list each package."""

import re

import pytest

from tests.places import ROOT
from tests.walls.tables import LAYERS

PAGE = (ROOT / "CONTRIBUTING.md").read_text()
PROSE = re.sub(r"^ *```.*?^ *```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
BUILT = {"dist/"}
CODE = set(re.findall(r"`([^`\n]+)`", PROSE)) - BUILT
PATHS = sorted(span for span in CODE if re.fullmatch(r"[\w.]+/[\w./-]*|\w+\.(py|md|graphql)", span))
TARGETS = sorted(span.removeprefix("make ").split()[0] for span in CODE if span.startswith("make "))
APP = ROOT / "app" / "abandoned_checkouts"


def test_all_of_the_page_is_read() -> None:
    assert len(PATHS) > 40 and len(TARGETS) > 6


@pytest.mark.parametrize("path", PATHS)
def test_its_paths_exist(path: str) -> None:
    assert (ROOT / path).exists() or (APP / path).exists()


@pytest.mark.parametrize("target", TARGETS)
def test_its_commands_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", PAGE))
def test_its_links_work(target: str) -> None:
    assert (ROOT / target).exists()


def listed(pattern: str) -> list[str]:
    """The names in the first column of tables, in their order; the pattern has one group."""
    return re.findall(rf"^\| `{pattern}` \|", PAGE, re.MULTILINE)


def test_it_lists_every_package() -> None:
    packages = {path.parent.name for path in APP.glob("*/__init__.py")}
    assert set(listed(r"(\w+)/")) == packages | {"search_syntax"}


@pytest.mark.parametrize("package", LAYERS)
def test_it_lists_the_layers_from_inner_to_outer(package: str) -> None:
    layers = [layer.name.replace(".", "/") for layer in LAYERS[package]]
    merged = [re.sub(r"^(shopify/schema)/.*", r"\1", layer) for layer in layers if layer != "store/migrations"]
    assert listed(rf"({package}/[\w/]+)") == list(dict.fromkeys(merged))
