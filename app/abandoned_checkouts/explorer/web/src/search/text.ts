import { create } from "zustand";
import { ORDERS } from "./document";

/** The content of the search box. It is not part of the page's state, because each key press changes it. */
export const useSearchText = create(() => ({ query: "", order: 0 }));

/** Puts the search text of a document into the search box, which explains it and lets the user edit it. */
export function showSearchOf(document: string): void {
  const [, text] = /query: ("(?:[^"\\]|\\.)*")/.exec(document) ?? [];
  const found = ORDERS.findIndex(({ sortKey, reverse }) =>
    new RegExp(`sortKey: ${sortKey}\\s+reverse: ${reverse}`).test(document),
  );
  useSearchText.setState({ query: text ? (JSON.parse(text) as string) : "", order: Math.max(found, 0) });
}
