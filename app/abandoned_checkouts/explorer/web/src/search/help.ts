/** A part of a search text. Offsets count UTF-16 units, as JavaScript does. */
export interface Span {
  start: number;
  end: number;
}

export interface Warning extends Span {
  field: string;
  message: string;
  code: string | null;
  suggestion: string | null;
}

export interface Suggestion extends Span {
  text: string;
  label: string;
  detail: string;
}

export interface Help {
  query: string;
  explanation: string;
  warnings: Warning[];
  suggestions: Suggestion[];
}

/** Converts offsets from the server, which counts code points: an emoji is one code point and two units. */
function unitsOf(text: string): (points: number) => number {
  const starts: number[] = [];
  let at = 0;
  for (const point of text) {
    starts.push(at);
    at += point.length;
  }
  return (points) => starts[points] ?? text.length;
}

export async function help(field: string, query: string, caret: number, zone: string, signal?: AbortSignal): Promise<Help> {
  const points = [...query.slice(0, caret)].length;
  const parameters = new URLSearchParams({ field, query, caret: String(points), zone });
  const response = await fetch(`/explorer/search.json?${parameters}`, signal ? { signal } : {});
  if (!response.ok) throw new Error(`The search help returned status ${response.status}.`);
  const given = (await response.json()) as Help;
  const units = unitsOf(query);
  const moved = <T extends Span>(one: T): T => ({ ...one, start: units(one.start), end: units(one.end) });
  return { ...given, warnings: given.warnings.map(moved), suggestions: given.suggestions.map(moved) };
}

/** The help for a search text, or an empty help if it cannot be loaded. */
export async function helpOrNone(field: string, query: string, caret: number, zone: string): Promise<Help> {
  return help(field, query, caret, zone).catch(() => ({ query, explanation: "", warnings: [], suggestions: [] }));
}

/** `query` with a span replaced, and the position of the caret after the new text. */
export function replaceSpan(query: string, { start, end }: Span, text: string): [string, number] {
  return [query.slice(0, start) + text + query.slice(end), start + text.length];
}
