import { Lexer, Source, TokenKind, type Token } from "graphql";

/** A `query:` argument in a document: its field, its text and its position. */
export interface SearchArgument {
  field: string;
  text: string;
  /** Offsets of the text between its quotes in the document. */
  start: number;
  end: number;
  /** Offset in the document → offset in the text, and back. Escapes such as `\"` are longer in the document. */
  inText(offset: number): number;
  inDocument(offset: number): number;
}

/** The offset of each UTF-16 unit of a quoted string, from its first quote on. */
function starts(raw: string): number[] {
  const found: number[] = [];
  for (const { index, 0: written } of raw.matchAll(/\\u\{([\da-f]+)\}|\\u.{4}|\\.|[^]/gi)) {
    const wide = /^\\u\{0*[\da-f]{5,}/i.test(written); // for example \u{1F642}, which is two units of the text
    found.push(index, ...(wide ? [index] : []));
  }
  return [...found, raw.length];
}

function argument(field: string, token: Token, document: string): SearchArgument {
  const [start, end] = [token.start + 1, token.end - 1];
  const places = starts(document.slice(start, end));
  const inText = (offset: number) => {
    const found = places.findIndex((place) => place >= offset - start);
    return found < 0 ? places.length - 1 : found;
  };
  const inDocument = (offset: number) => start + (places[offset] ?? end - start);
  return { field, text: token.value, start, end, inText, inDocument };
}

/**
 * The search texts of a document. It is read token by token, because it may be incomplete.
 * `fields` are the fields of QueryRoot whose `query:` is search syntax.
 */
export function searchArguments(document: string, fields: string[]): SearchArgument[] {
  const found: SearchArgument[] = [];
  const lexer = new Lexer(new Source(document));
  const owners: string[] = [];
  let name = "";
  try {
    for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
      if (token.kind === TokenKind.PAREN_L) owners.push(name);
      else if (token.kind === TokenKind.PAREN_R) owners.pop();
      else if (token.kind === TokenKind.STRING) {
        const field = owners.at(-1) ?? "";
        const isQuery = token.prev?.kind === TokenKind.COLON && token.prev.prev?.value === "query";
        if (isQuery && fields.includes(field)) found.push(argument(field, token, document));
      }
      if (token.kind === TokenKind.NAME) name = token.value;
    }
  } catch {
    // The lexer stops at an incomplete string. The arguments before it are returned.
  }
  return found;
}
