import { ask, type Answer, type Question } from "../admin";
import type { Show } from "../session";
import { useExplorer } from "../state";

/** What a tab shows: its answer, the further pages of it, how they are listed, and whether it still waits. */
interface Kept {
  answer: Answer | null;
  more: Answer[];
  show: Show;
  running: boolean;
}

const NOTHING: Kept = { answer: null, more: [], show: {}, running: false };
const kept = new Map<string, Kept>();
const shows = new Map<string, Show>();
const asking = new Map<string, { question: Question; taken: AbortController }>();
let current = "";

export const currentTab = (): string => current;

function keep(tab: string, change: Partial<Kept>): void {
  const found = { ...NOTHING, ...kept.get(tab), ...change };
  kept.set(tab, found);
  if (tab === current) useExplorer.setState(found);
}

/** Shows what was last answered to the tab; GraphiQL calls this at every change of a tab. */
export function switchTo(tab: string): void {
  if (tab === current) return;
  current = tab;
  useExplorer.setState(kept.get(tab) ?? NOTHING);
}

/** How the next answer of this tab is to be listed; the present one stays as it is. */
export function expectShow(show: Show): void {
  shows.set(current, show);
}

/** Null when the tab asked something newer, or stopped, before the answer came: a late one is never shown. */
async function answerTo(tab: string, question: Question): Promise<Answer | null> {
  const asked = { question, taken: new AbortController() };
  asking.get(tab)?.taken.abort();
  asking.set(tab, asked);
  keep(tab, { running: true });
  const answer = await ask(question, asked.taken.signal);
  if (asking.get(tab) !== asked) return null;
  asking.delete(tab);
  keep(tab, { running: false });
  askForToken(answer);
  return answer;
}

/** A token that no longer counts is asked for anew, unless another shop is shown by now. */
export function askForToken({ status, question }: Answer): void {
  if (status !== 401 || useExplorer.getState().account?.token !== question.token) return;
  const message = "The server no longer knows this shop's token. Sign in again.";
  useExplorer.setState({ signingIn: { message } });
}

/** Asks for a tab, which keeps the answer even when another tab was opened meanwhile. */
export async function askFor(tab: string, question: Question): Promise<Answer | null> {
  const answer = await answerTo(tab, question);
  if (answer) settle(tab, answer);
  return answer;
}

/** Asks for a further page of what the tab shows. A refused one leaves the rows; the next takes its place. */
export async function askOn(question: Question): Promise<void> {
  const tab = current;
  const page = await answerTo(tab, question);
  const before = kept.get(tab)?.more ?? [];
  if (page) keep(tab, { more: [...before.filter(({ body }) => body.data), page] });
}

export function settle(tab: string, answer: Answer): void {
  keep(tab, { answer, more: [], show: shows.get(tab) ?? {} });
}

/** The request is taken back, unless the tab has asked something else by now. */
export function stopAsking(tab: string, question: Question): void {
  const asked = asking.get(tab);
  if (asked?.question !== question) return;
  asked.taken.abort();
  asking.delete(tab);
  keep(tab, { running: false });
}

/** No answer of one shop is ever shown under the name of another, be it on its way. */
export function forgetAnswers(): void {
  for (const { taken } of asking.values()) taken.abort();
  asking.clear();
  kept.clear();
  useExplorer.setState({ answer: null, more: [], running: false });
}
