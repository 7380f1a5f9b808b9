"""Parses the text of a document: quickly if it is a usual one, otherwise with graphql-core's parser and our lexer."""

from graphql import DocumentNode
from graphql.language.parser import Parser

from abandoned_checkouts.shopify.language.document_lexer import DocumentLexer
from abandoned_checkouts.shopify.language.places import DocumentSource
from abandoned_checkouts.shopify.language.quick_parser import parsed_quickly


def parse_document(text: str) -> DocumentNode:
    """The tree of a document, in which no selection set is empty. Raises GraphQLSyntaxError."""
    source = DocumentSource(text)
    quickly = parsed_quickly(source)
    if quickly is not None:
        return quickly
    tree = Parser(source, lexer=DocumentLexer(source), allow_empty_selection_sets=False).parse_document()
    _unlink_tokens(tree)
    return tree


def _unlink_tokens(tree: DocumentNode) -> None:
    """Cut the list of all tokens. Their references to each other are cycles, so a document that is no longer cached
    would wait for the garbage collector, which then would take longer than the parser."""
    token = None if tree.loc is None else tree.loc.start_token
    while token is not None:
        following, token.prev, token.next = token.next, None, None
        token = following
