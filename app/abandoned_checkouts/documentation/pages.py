"""The pages of docs/, in the order in which docs/index.md lists them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# A wheel brings the pages; a checkout has them beside app/.
_IN_WHEEL = Path(__file__).parent / "pages"
FOLDER = _IN_WHEEL if _IN_WHEEL.is_dir() else Path(__file__).parents[3] / "docs"
INDEX = "index"
_LISTED = re.compile(r"^- \[([^\]]+)\]\(([\w-]+)\.md\): (.+?)(?=\n(?:- |\n|#)|\Z)", re.MULTILINE | re.DOTALL)
_GROUP = re.compile(r"^## (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^ *```")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of docs/. `name` is its file name without `.md`, `text` its Markdown."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the index: the page's name, what the index calls it, and what it is for."""

    name: str
    title: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page, from one heading to the next. The first section of a page has the page's title."""

    page: Page
    title: str
    text: str

    @property
    def address(self) -> str:
        return f"/docs/{self.page.name}" + ("" if self.title == self.page.title else f"#{slug(self.title)}")


@cache
def read_pages(folder: Path = FOLDER) -> dict[str, Page]:
    """All pages by name, read once per process."""
    found = {}
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        found[path.stem] = Page(path.stem, _plain(text.partition("\n")[0].removeprefix("# ")), text)
    return found


@cache
def other_files(folder: Path = FOLDER) -> dict[str, Path]:
    """The pictures and examples below docs/ that pages link to, by their path."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".md")
    return {path.relative_to(folder).as_posix(): path for path in found if "node_modules" not in path.parts}


def files_in(name: str) -> list[str]:
    """The paths of the other files in a folder of docs/."""
    return [path for path in other_files() if path.startswith(f"{name}/")]


@cache
def groups_of(index: str) -> list[tuple[str, list[Listed]]]:
    """The groups of the index's Markdown, each with its pages in order."""
    parts = _GROUP.split(index)[1:]
    return [
        (title, [Listed(name, shown, " ".join(purpose.split())) for shown, name, purpose in _LISTED.findall(part)])
        for title, part in zip(parts[::2], parts[1::2], strict=True)
    ]


def sections_of(page: Page) -> Iterator[Section]:
    """The sections of a page. A `#` in a block of code is no heading."""
    title, lines, fenced = page.title, list[str](), False
    for line in page.text.splitlines()[1:]:
        fenced ^= bool(_FENCE.match(line))
        if not fenced and line.startswith(("## ", "### ")):
            yield Section(page, title, "\n".join(lines))
            title, lines = _plain(line.lstrip("#").strip()), []
        else:
            lines.append(line)
    yield Section(page, title, "\n".join(lines))


def slug(heading: str) -> str:
    """The id of a heading, as GitHub makes it, so that links to headings work in both places."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _plain(heading: str) -> str:
    return heading.replace("`", "").replace("*", "").strip()
