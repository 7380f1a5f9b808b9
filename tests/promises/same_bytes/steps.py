"""The steps of the stories: read from TOML, or generated from lists of documents, searches and checkouts."""

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.promises.same_bytes.records import Json

STORIES = Path(__file__).with_name("stories")
Step = Json


def steps_of(path: Path) -> Iterator[Step]:
    """The steps of a story. A step with `each`, `versions` or `servers` is repeated for each of their values."""
    story = tomllib.loads(path.read_text(encoding="utf-8"))
    for step in story["step"]:
        step = {**story.get("defaults", {}).get(_kind_of(step), {}), **step}
        yield from _expanded(step)


def _kind_of(step: Step) -> str:
    return next((kind for kind in ("graphql", "ask", "run") if kind in step), "")


def _expanded(step: Step) -> Iterator[Step]:
    for plural, name in (("each", ""), ("versions", "version"), ("servers", "server"), ("tokens", "token")):
        if plural in step:
            rest = {key: value for key, value in step.items() if key != plural}
            for value in step[plural]:
                yield from _expanded({**rest, **(value if isinstance(value, dict) else {name or _place(step): value})})
            return
    yield step


def _place(step: Step) -> str:
    """The empty part of the step, which each text of `each` fills."""
    return next(name for name in ("graphql", "ask", "run", "body", "variables") if step.get(name) == "")


def documents() -> Iterator[Step]:
    """Steps for GraphQL documents, some of them invalid, by compiled plans and by graphql-core."""
    for text in (STORIES / "documents.graphql").read_text(encoding="utf-8").split("\n# ----\n"):
        for server in ("open", "core"):
            yield {"graphql": text.strip(), "server": server}


def searches() -> Iterator[Step]:
    """A step for every search text: its result with warnings, and the explorer's help for it."""
    page, count = "abandonedCheckouts(first: 3, query: $q)", "abandonedCheckoutsCount(query: $q)"
    query = f"query ($q: String) {{ {page} {{ nodes {{ name }} }} {count} {{ count precision }} }}"
    for place, text in enumerate(json.loads((STORIES / "searches.json").read_text(encoding="utf-8"))):
        variables = json.dumps({"q": text})
        yield {"graphql": query, "variables": variables, "headers": {"Shopify-Search-Query-Debug": "1"}}
        if place % 3 == 0:
            yield {"graphql": query, "variables": variables, "server": "extended"}
        if place % 5 == 0:
            yield {"graphql": query, "variables": variables, "server": "strict"}
        if place % 4 == 0:
            yield {"ask": f"GET /explorer/search.json?query={_quoted(text)}&zone=Europe/Berlin"}


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def wix_lists() -> Iterator[Step]:
    """Steps for requests that Wix's query and search refuse."""
    for method, query in json.loads((STORIES / "wix_refused.json").read_text(encoding="utf-8")):
        body = json.dumps({method: query}, ensure_ascii=False)
        yield {"ask": f"POST /ecom/v1/abandoned-checkout/{method}", "body": body, "wix": "shpat_demo"}


def full_checkouts() -> Iterator[Step]:
    """Steps that import checkouts with all fields of each format into a separate shop, and export them again."""
    for place, source in enumerate(json.loads((STORIES / "checkouts.json").read_text(encoding="utf-8"))):
        shop = f"full{place}.example.com"
        yield {"file": f"full{place}.json", "text": json.dumps(source)}
        for words in (f"import full{place}.json", "export", "export --format csv"):
            yield {"run": f"{words} --shop {shop}"}


GENERATED: dict[str, Callable[[], Iterator[Step]]] = {
    "documents": documents,
    "searches": searches,
    "wix_refused": wix_lists,
    "full_checkouts": full_checkouts,
}


def chapters() -> Iterator[tuple[str, Iterator[Step]]]:
    """The stories, sorted by name. `chapters` in a story lists the generated steps that come before it."""
    for path in sorted(STORIES.glob("*.toml")):
        for name in tomllib.loads(path.read_text(encoding="utf-8")).get("chapters", []):
            yield name, GENERATED[name]()
        yield path.stem, steps_of(path)
