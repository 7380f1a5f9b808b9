/** Help with a search text, as /explorer/search.json gives it. Offsets here are UTF-16, as JavaScript counts. */
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

/** The server counts code points; an emoji is one there and two here. */
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
  const asked = new URLSearchParams({ field, query, caret: String(points), zone });
  const answer = await fetch(`/explorer/search.json?${asked}`, signal ? { signal } : {});
  if (!answer.ok) throw new Error(`Search help answered ${answer.status}.`);
  const given = (await answer.json()) as Help;
  const units = unitsOf(query);
  const moved = <T extends Span>(one: T): T => ({ ...one, start: units(one.start), end: units(one.end) });
  return { ...given, warnings: given.warnings.map(moved), suggestions: given.suggestions.map(moved) };
}

/** For those who can do without: no help where none could be had. */
export async function helpOrNone(field: string, query: string, caret: number, zone: string): Promise<Help> {
  return help(field, query, caret, zone).catch(() => ({ query, explanation: "", warnings: [], suggestions: [] }));
}

/** `query` with a span replaced, and the caret behind what was put in. */
export function replaceSpan(query: string, { start, end }: Span, text: string): [string, number] {
  return [query.slice(0, start) + text + query.slice(end), start + text.length];
}
