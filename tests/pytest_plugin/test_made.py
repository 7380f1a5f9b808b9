"""Names of arguments as keys of JSON."""

import pytest

from abandoned_checkouts.pytest_plugin.made import JournalEntry, camel_case


@pytest.mark.parametrize(
    ("name", "key"),
    [("status", "status"), ("retry_after", "retryAfter"), ("from_", "from"), ("bytes_per_second", "bytesPerSecond")],
)
def test_camel_case(name: str, key: str) -> None:
    assert camel_case({name: 1}) == {key: 1}


def test_the_payload_of_an_entry() -> None:
    assert JournalEntry(request={"body": '{"a": 1}'}).payload == {"a": 1}
