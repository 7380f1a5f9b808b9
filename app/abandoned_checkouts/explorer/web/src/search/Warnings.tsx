import type { Warning } from "./help";

interface Props {
  warnings: Warning[];
  query: string;
  onFix(warning: Warning, text: string): void;
}

export function Warnings({ warnings, query, onFix }: Props) {
  if (!warnings.length) return null;
  return (
    <ul className="warnings" aria-label="Warnings about the search">
      {warnings.map((one) => (
        <li key={`${one.start}${one.message}`}>
          {!one.message.includes(query.slice(one.start, one.end)) && <code>{query.slice(one.start, one.end)}: </code>}
          {one.message}
          {one.suggestion && (
            <>
              {" "}
              Did you mean{" "}
              <button type="button" className="link" onClick={() => onFix(one, one.suggestion ?? "")}>
                {one.suggestion}
              </button>
              ?
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
