import { applyEdits, format, parse, printParseErrorCode, type ParseError } from "jsonc-parser";

const OPTIONS = { allowTrailingComma: true, allowEmptyContent: true };

/** Indents JSON with comments for GraphiQL's prettify button, and keeps the comments. */
export async function formatJSONC(content: string): Promise<string> {
  const edits = format(content, undefined, { tabSize: 2, insertSpaces: true, eol: "\n" });
  return applyEdits(content, edits);
}

export function parseJSONC(content: string): unknown {
  const errors: ParseError[] = [];
  const parsed: unknown = parse(content, errors, OPTIONS);
  const [first] = errors;
  if (first) {
    const before = content.slice(0, first.offset).split("\n");
    const code = printParseErrorCode(first.error).replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
    throw new SyntaxError(`${code} at line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`);
  }
  return parsed;
}

/** Parses the variables or headers of a request. Messages continue a sentence: "Variables …" or "Request headers …". */
export function tryParseJSONC(json = ""): Record<string, unknown> | undefined {
  let parsed: unknown;
  try {
    parsed = parseJSONC(json);
  } catch (error) {
    throw new Error(`are invalid JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (!parsed) return undefined;
  if (typeof parsed !== "object" || Array.isArray(parsed)) throw new TypeError("are not a JSON object.");
  return parsed as Record<string, unknown>;
}
