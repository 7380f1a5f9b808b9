import type { Answer } from "../admin";
import type { Show } from "../session";
import { useExplorer } from "../state";

interface Kept {
  answer: Answer | null;
  show: Show;
}

const kept = new Map<string, Kept>();
const NOTHING: Kept = { answer: null, show: {} };
let current = "";

export const currentTab = (): string => current;

/** Shows what was last answered to the tab; GraphiQL calls this at every change of a tab. */
export function switchTo(tab: string): void {
  if (tab === current) return;
  current = tab;
  useExplorer.setState(kept.get(tab) ?? NOTHING);
}

/** How the next answer of this tab is to be listed; the present one stays as it is. */
export function expectShow(show: Show): void {
  kept.set(current, { answer: kept.get(current)?.answer ?? null, show });
}

/** An answer belongs to the tab that asked, even when it comes after another was opened. */
export function settle(tab: string, answer: Answer): void {
  const found = { answer, show: kept.get(tab)?.show ?? {} };
  kept.set(tab, found);
  if (tab === current) useExplorer.setState(found);
}

/** No answer of one shop is ever shown under the name of another. */
export function forgetAnswers(): void {
  for (const [tab, { show }] of kept) kept.set(tab, { answer: null, show });
  useExplorer.setState({ answer: null });
}
