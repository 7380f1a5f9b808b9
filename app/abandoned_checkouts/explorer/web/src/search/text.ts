import { create } from "zustand";
import { ORDERS } from "./document";

/** What stands in the search box, apart from the page's state: every key pressed there changes it. */
export const useSearchText = create(() => ({ query: "", order: 0 }));

/** Shows in the box what a document searches for, so that people see it said in words and can go on from it. */
export function showSearchOf(document: string): void {
  const [, text] = /query: ("(?:[^"\\]|\\.)*")/.exec(document) ?? [];
  const found = ORDERS.findIndex(({ sortKey, reverse }) =>
    new RegExp(`sortKey: ${sortKey}\\s+reverse: ${reverse}`).test(document),
  );
  useSearchText.setState({ query: text ? (JSON.parse(text) as string) : "", order: Math.max(found, 0) });
}
