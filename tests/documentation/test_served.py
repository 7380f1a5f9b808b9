"""The Markdown of a page as the server shows it."""

import pytest

from abandoned_checkouts.documentation.served import ADDRESS, prepared


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](../a/b.py) and [b](b.md)", "a (`a/b.py` in the project's source) and [b](b.md)"),
        ("[a/b.py](../a/b.py)", "`a/b.py` in the project's source"),
        ("curl http://127.0.0.1:8000/x", f"curl {ADDRESS}/x"),
        (
            "```sh\ncurl http://127.0.0.1:8000/x\n```\n```yaml\nserve --port 8000\nhttp://127.0.0.1:8000\n```\n",
            f"```sh\ncurl {ADDRESS}/x\n```\n```yaml\nserve --port 8000\nhttp://127.0.0.1:8000\n```\n",
        ),
    ],
)
def test_prepared(text: str, expected: str) -> None:
    assert prepared(text) == expected
