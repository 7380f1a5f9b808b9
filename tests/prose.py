"""Lists texts and names of the project with words that plain English does without: `make prose`.

The texts are docstrings, comments, strings of several words, docs and page texts. The result is a list for a person to
read, not a check: a few of the words are right where they are.

    python -m tests.prose [FOLDER …] [--root CHECKOUT] [--list]
"""

import argparse
import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.places import ROOT

# What the list calls a pattern, and the pattern. Case makes no difference.
PATTERNS = {
    "told": r"\b(told|tells?|telling)\b",
    "whoever": r"\b(whoever|whatever|whichever)\b",
    "is no": r"\b(is|are|was) no\b(?! longer| more)",
    "none of": r"\bnone of\b",
    "what comes": r"\bwhat comes\b",
    "of its own": r"\bof (its|their|his|her|our|your|one's) own\b",
    "stands": r"\b(stands?|standing|stood)\b",
    "made up": r"\bmade[- ]up\b",
    "anew": r"\banew\b",
    "as of": r"\bas of\b",
    "such as are": r"\bsuch as are\b",
    "so that no": r"\bso that no",
    "for it to be": r"\bfor it to be\b",
    "take out": r"\b(take|takes|taking|took|taken) out\b",
    "gives": r"\b(gives|gave)\b|\b(give|giving|given) (out|back)\b",
    "signs": r"\b(\d[\d,]*|\w+\}|many|of|the|more|fewer) signs\b",
    "piece": r"\bpieces?\b",
    "accident": r"\baccidents?\b",
    "inverted": r"(?:^|[.:;] )(known|given|meant|kept|asked|counted|needed|left|sent|found|missing) (is|are)\b",
}
WORDS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in PATTERNS.items()}
# Sentences that begin with "What …" or "Who …" and ask nothing.
WHAT = re.compile(r"(?:^|(?<=[.!?;] ))(?:What|Whom?|Whose)\b[^?]*?(?:[.!;]|$)")
# Parts of names that have a better word.
NAMES = {"told", "tell", "tells", "telling", "asked", "asking", "wanted", "hung", "standing", "door", "doors", "anew"}

SKIPPED = {"node_modules", "dist", "recorded", "versions", "documents"}
HASH_COMMENTS = {".toml", ".sh", ".yaml", ".yml", ".graphql"}
PAGES = {".ts", ".tsx", ".css"}


@dataclass(frozen=True, slots=True)
class Text:
    path: Path
    line: int
    text: str


def files(root: Path, folders: list[str]) -> Iterator[Path]:
    """The files with texts below a checkout's root, or below some of its folders; paths are relative to the root."""
    known = {".py", ".md", ".html", *HASH_COMMENTS, *PAGES}
    for folder in folders or ["."]:
        start = root / folder
        for path in sorted([start] if start.is_file() else start.rglob("*")):
            found = path.relative_to(root)
            generated = found.name == "schema.graphql" or found.suffix == ".lock"
            if (
                path.is_file()
                and (path.suffix in known or path.name in ("Makefile", "run"))
                and not any(part in SKIPPED or part.startswith(".") for part in found.parts[:-1] if part != ".ci")
                and not generated
                # The patterns themselves.
                and found != Path("tests/prose.py")
            ):
                yield found


def texts(root: Path, path: Path) -> Iterator[Text]:
    source = (root / path).read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".py":
        found = [*python_strings(source), *python_comments(source)]
    elif path.suffix == ".md":
        found = list(paragraphs(re.sub(r"^ *```.*?^ *```$", _blank, source, flags=re.MULTILINE | re.DOTALL)))
    elif path.suffix == ".html":
        found = list(paragraphs(re.sub(r"<style.*?</style>|<[^>]*>|\{[{%].*?[%}]\}", _blank, source, flags=re.DOTALL)))
    elif path.suffix in PAGES:
        found = list(page_texts(source))
    else:
        found = list(blocks((at, line) for at, line in numbered(source, r"(?:^|\s)#+ ?(.*)$|##? (.*)$")))
    for line, text in found:
        if len(re.findall(r"[^\W\d_]{2,}", text)) > 1:
            yield Text(path, line, " ".join(text.split()))


def python_strings(source: str) -> Iterator[tuple[int, str]]:
    """Strings, docstrings among them; the parts of an f-string are one text, with a word for each value in it."""
    tree = ast.parse(source)
    inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{x}" for part in node.values)
            yield node.lineno, "".join(str(part) for part in parts)


def python_comments(source: str) -> Iterator[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return blocks((token.start[0], token.string.lstrip("#: ")) for token in tokens if token.type == tokenize.COMMENT)


def page_texts(source: str) -> Iterator[tuple[int, str]]:
    """Comments, strings and the text between tags of TypeScript and CSS; regular expressions may add some code."""
    pattern = (
        r'/\*.*?\*/|(?<!:)//[^\n]*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|>[^<>{}=;()]*?[^\W\d_]{2}[^<>{}=;()]*(?=[<{])'
    )
    for match in re.finditer(pattern, source, re.DOTALL):
        yield source.count("\n", 0, match.start()) + 1, re.sub(r"^\W+|\s\*\s", " ", match[0])


def numbered(source: str, pattern: str) -> Iterator[tuple[int, str]]:
    """Line number and the first group of a pattern that is in the line."""
    for at, line in enumerate(source.splitlines(), 1):
        match = re.search(pattern, line)
        if match:
            yield at, next(group or "" for group in match.groups() if group is not None)


def blocks(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines that follow each other as one text."""
    for _, group in groupby(enumerate(lines), lambda item: item[1][0] - item[0]):
        members = [line for _, line in group]
        yield members[0][0], " ".join(text for _, text in members)


def paragraphs(source: str) -> Iterator[tuple[int, str]]:
    """Paragraphs of a page; a row of a table, a point of a list and a heading are one each."""
    start, held = 1, list[str]()
    for at, line in enumerate([*source.splitlines(), ""], 1):
        if held and (not line.strip() or re.match(r"\s*([-|#*]|\d+\.) ?", line)):
            yield start, " ".join(held)
            held = []
        if line.strip():
            start, held = (start, [*held, line]) if held else (at, [line])


def names(root: Path, path: Path) -> Iterator[Text]:
    """Names that a module defines: functions, classes, parameters, variables; each once."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse((root / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.setdefault(node.name, node.lineno)
        elif isinstance(node, ast.arg):
            found.setdefault(node.arg, node.lineno)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.setdefault(node.id, node.lineno)
    for name, line in found.items():
        if NAMES & set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")):
            yield Text(path, line, name)


def hits(text: str) -> list[str]:
    """The names of the patterns in a text, once for each place."""
    found = [name for name, pattern in WORDS.items() for _ in pattern.finditer(text)]
    return [*found, *("What …" for _ in WHAT.finditer(text))]


def area_of(path: Path) -> str:
    """The package of a file of the program, else its top folder; files at the top are an area of their own."""
    parts = [part for part in path.parts[:-1] if part != "abandoned_checkouts"]
    return "/".join(parts[:2] if parts[:1] == ["app"] else parts[:1]) or "(top)"


def _blank(match: re.Match[str]) -> str:
    """Keeps the line numbers."""
    return "\n" * match[0].count("\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.prose", description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="only these, for example app docs")
    parser.add_argument("--root", type=Path, default=ROOT, metavar="CHECKOUT", help="another checkout of the project")
    parser.add_argument("--list", action="store_true", help="print every text and name with its file and line")
    options = parser.parse_args()
    words, found, odd_names, kinds = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for path in files(options.root, options.folders):
        area = area_of(path)
        for text in texts(options.root, path):
            words[area] += len(text.text.split())
            found[area] += len(hits(text.text))
            kinds.update(hits(text.text))
            if options.list and hits(text.text):
                sys.stdout.write(f"{path}:{text.line}: [{', '.join(sorted(set(hits(text.text))))}] {text.text}\n")
        for name in names(options.root, path) if path.suffix == ".py" else ():
            odd_names[area] += 1
            if options.list:
                sys.stdout.write(f"{path}:{name.line}: [name] {name.text}\n")
    sys.stdout.write(f"{'area':<24}{'words':>9}{'found':>7}{'per 1,000':>11}{'names':>7}\n")
    for area in [*sorted(words), "total"]:
        count = words.total() if area == "total" else words[area]
        bad = found.total() if area == "total" else found[area]
        odd = odd_names.total() if area == "total" else odd_names[area]
        sys.stdout.write(f"{area:<24}{count:>9,}{bad:>7,}{1000 * bad / max(count, 1):>11.2f}{odd:>7,}\n")
    sys.stdout.write("\n" + "".join(f"{name:<16}{count:>5,}\n" for name, count in kinds.most_common()))


if __name__ == "__main__":
    main()
