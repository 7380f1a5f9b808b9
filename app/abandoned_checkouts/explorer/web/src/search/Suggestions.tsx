import { useEffect } from "react";
import type { Suggestion } from "./help";

interface Props {
  id: string;
  suggestions: Suggestion[];
  chosen: number;
  onPick(suggestion: Suggestion): void;
}

/** The list of suggestions below the search box. The focus stays in the box. */
export function Suggestions({ id, suggestions, chosen, onPick }: Props) {
  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [id, chosen]);
  return (
    <ul id={id} className="suggestions" role="listbox" aria-label="Suggestions" hidden={!suggestions.length}>
      {suggestions.map((one, at) => (
        <li
          key={`${one.label}${at}`}
          id={`${id}-${at}`}
          role="option"
          aria-selected={at === chosen}
          onMouseDown={(event) => {
            event.preventDefault(); // keeps the focus in the search box
            onPick(one);
          }}
        >
          <code>{one.label}</code>
          <span>{one.detail}</span>
        </li>
      ))}
    </ul>
  );
}
