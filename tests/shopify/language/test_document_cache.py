"""Documents are kept by text, and up to a number of bytes."""

from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from tests.contract.schema import contract_schema


def test_a_text_is_read_once_and_the_oldest_is_forgotten() -> None:
    documents = Documents(contract_schema(), size=2)
    first = documents.read("{ shop { id } }")
    assert documents.read("{ shop { id } }") is first
    broken = documents.read("{ nope }")
    assert documents.read("{ nope }") is broken
    documents.read("{ shop { id } }")
    documents.read("{ shop { name } }")
    assert documents.kept == 2
    assert documents.read("{ shop { id } }") is first
    assert documents.read("{ nope }") is not broken


def test_documents_are_kept_up_to_a_number_of_bytes() -> None:
    documents = Documents(contract_schema(), max_bytes=2**20)
    for number in range(60):
        fields = " ".join(f"a{number}b{field}: shop {{ id }}" for field in range(100))
        assert isinstance(documents.read("{ " + fields + " }").operation(), Operation)
        assert 0 < documents.bytes <= 2**20
    assert 1 <= documents.kept < 10


def test_texts_that_differ_in_literals_count_as_little() -> None:
    documents = Documents(contract_schema(), max_bytes=2**20)
    for number in range(200):
        documents.read(f'{{ node(id: "gid://shopify/Order/{number}") {{ id }} }}')
    assert documents.kept == 200
    assert documents.bytes < 2**20


def test_a_long_document_is_not_kept() -> None:
    documents = Documents(contract_schema())
    text = "{ " + " ".join(f"a{number}: node(id: 1) {{ id }}" for number in range(600)) + " }"
    found = documents.read(text)
    assert documents.read(text) is not found
    assert (documents.kept, documents.bytes) == (0, 0)
