"""One twin with the shop of the exam for all tests of a process."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from abandoned_checkouts.twin.exam.card import Card
from abandoned_checkouts.twin.exam.examination import Exam, prepared
from abandoned_checkouts.twin.exam.own_twin import own_twin
from abandoned_checkouts.twin.exam.remote import RemoteTwin
from abandoned_checkouts.twin.scenarios.collection import scenarios

EXTRACTOR = Path(__file__).with_name("extractor.py")


@pytest.fixture(scope="session")
def remote() -> Iterator[RemoteTwin]:
    with own_twin() as twin:
        yield twin


@pytest.fixture(scope="session")
def ready(remote: RemoteTwin) -> Iterator[Exam]:
    with prepared(remote, "true", 60) as exam:
        yield exam


@pytest.fixture
def examined(ready: Exam) -> Callable[[str, str], Card]:
    """The card of the extractor with these arguments, in one scenario."""

    def examined(arguments: str, name: str) -> Card:
        exam = replace(ready, command=f"{sys.executable} {EXTRACTOR} {arguments}")
        (card,) = exam.hold([scenarios()[name]], lambda _: None)
        return card

    return examined
