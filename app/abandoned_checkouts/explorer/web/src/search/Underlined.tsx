import type { Warning } from "./help";

interface Props {
  query: string;
  warnings: Warning[];
  scrolled: number;
}

/** A transparent copy of the box's text behind the box, with wavy lines under the parts that have warnings. */
export function Underlined({ query, warnings, scrolled }: Props) {
  const parts = [];
  let at = 0;
  for (const { start, end } of [...warnings].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    parts.push(query.slice(at, start), <mark key={start}>{query.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <div className="underlined" aria-hidden="true">
      <span style={{ transform: `translateX(${-scrolled}px)` }}>
        {parts}
        {query.slice(at)}
      </span>
    </div>
  );
}
