import { useEffect, useState } from "react";
import { help, type Help } from "./help";

const NONE: Help = { query: "", explanation: "", warnings: [], suggestions: [] };

/** Help for a search text while it is typed. It is loaded 120 ms after the last key; older responses are dropped. */
export function useHelp(field: string, query: string, caret: number, zone: string): Help {
  const [given, setGiven] = useState<Help>(NONE);
  useEffect(() => {
    const controller = new AbortController();
    const wait = setTimeout(() => {
      help(field, query, caret, zone, controller.signal).then(setGiven, () => {
        if (!controller.signal.aborted) setGiven({ ...NONE, query });
      });
    }, 120);
    return () => {
      clearTimeout(wait);
      controller.abort();
    };
  }, [field, query, caret, zone]);
  return given;
}
