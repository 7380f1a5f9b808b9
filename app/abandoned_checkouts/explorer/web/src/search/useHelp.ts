import { useEffect, useState } from "react";
import { help, type Help } from "./help";

const NONE: Help = { query: "", explanation: "", warnings: [], suggestions: [] };

/** Help with a search text while it is typed: asked 120 ms after the last key, older answers thrown away. */
export function useHelp(field: string, query: string, caret: number, zone: string): Help {
  const [given, setGiven] = useState<Help>(NONE);
  useEffect(() => {
    const asked = new AbortController();
    const wait = setTimeout(() => {
      help(field, query, caret, zone, asked.signal).then(setGiven, () => {
        if (!asked.signal.aborted) setGiven({ ...NONE, query });
      });
    }, 120);
    return () => {
      clearTimeout(wait);
      asked.abort();
    };
  }, [field, query, caret, zone]);
  return given;
}
