"""graphql-core's lexer, except that one regular expression finds names and punctuation.

They are nine of ten tokens of a query, and graphql-core reads them character by character.
"""

import re

from graphql import Lexer, Token, TokenKind

# Ignored characters, and a name or punctuation after them. Carriage returns and everything else are left to
# graphql-core.
_NEXT = re.compile(r"([ \t,\ufeff\n]*+)(?:([_A-Za-z][_0-9A-Za-z]*+)|(\.\.\.|[!$&():=@\[\]{|}]))")
_KINDS = {kind.value: kind for kind in TokenKind if re.fullmatch(r"\.\.\.|[!$&():=@\[\]{|}]", kind.value)}


class DocumentLexer(Lexer):
    """Reads the tokens of a document one after the other. Raises GraphQLSyntaxError."""

    def read_next_token(self, start: int) -> Token:
        match = _NEXT.match(self.source.body, start)
        if match is None:
            return super().read_next_token(start)
        ignored, name, punctuation = match.groups()
        place = start + len(ignored)
        if "\n" in ignored:
            self.line += ignored.count("\n")
            self.line_start = start + ignored.rindex("\n") + 1
        kind = TokenKind.NAME if name is not None else _KINDS[punctuation]
        return Token(kind, place, match.end(), self.line, 1 + place - self.line_start, name)
