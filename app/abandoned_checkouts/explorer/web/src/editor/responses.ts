import { execute, type AdminResponse, type AdminRequest } from "../admin";
import type { Show } from "../session";
import { useExplorer } from "../state";

/** The state of a tab: its response, further pages, how they are listed, and whether a request is running. */
interface Kept {
  response: AdminResponse | null;
  more: AdminResponse[];
  show: Show;
  running: boolean;
}

const NOTHING: Kept = { response: null, more: [], show: {}, running: false };
const kept = new Map<string, Kept>();
const shows = new Map<string, Show>();
const pending = new Map<string, { request: AdminRequest; controller: AbortController }>();
let current = "";

export const currentTab = (): string => current;

function keep(tab: string, change: Partial<Kept>): void {
  const found = { ...NOTHING, ...kept.get(tab), ...change };
  kept.set(tab, found);
  if (tab === current) useExplorer.setState(found);
}

/** Shows the last response of a tab. GraphiQL calls this at each change of tabs. */
export function switchTo(tab: string): void {
  if (tab === current) return;
  current = tab;
  useExplorer.setState(kept.get(tab) ?? NOTHING);
}

/** Sets how the next response of this tab is listed. The present response does not change. */
export function showNext(show: Show): void {
  shows.set(current, show);
}

/** The response, or null if the tab sent another request or cancelled before it arrived. */
async function responseTo(tab: string, request: AdminRequest): Promise<AdminResponse | null> {
  const entry = { request, controller: new AbortController() };
  pending.get(tab)?.controller.abort();
  pending.set(tab, entry);
  keep(tab, { running: true });
  const response = await execute(request, entry.controller.signal);
  if (pending.get(tab) !== entry) return null;
  pending.delete(tab);
  keep(tab, { running: false });
  askToSignIn(response);
  return response;
}

/** Opens the sign-in dialog if the token is no longer valid, unless another shop is shown now. */
export function askToSignIn({ status, request }: AdminResponse): void {
  if (status !== 401 || useExplorer.getState().account?.token !== request.token) return;
  const message = "The token of this shop is no longer valid. Sign in again.";
  useExplorer.setState({ signingIn: { message } });
}

/** Runs a request for a tab. The tab gets the response even if another tab is open then. */
export async function runFor(tab: string, request: AdminRequest): Promise<AdminResponse | null> {
  const response = await responseTo(tab, request);
  if (response) settle(tab, response);
  return response;
}

/** Loads a further page of the open tab. If it fails, the rows stay, and the next attempt replaces the failed page. */
export async function loadPage(request: AdminRequest): Promise<void> {
  const tab = current;
  const page = await responseTo(tab, request);
  const before = kept.get(tab)?.more ?? [];
  if (page) keep(tab, { more: [...before.filter(({ body }) => body.data), page] });
}

export function settle(tab: string, response: AdminResponse): void {
  keep(tab, { response, more: [], show: shows.get(tab) ?? {} });
}

/** Cancels the request, unless the tab runs another one now. */
export function cancel(tab: string, request: AdminRequest): void {
  const entry = pending.get(tab);
  if (entry?.request !== request) return;
  entry.controller.abort();
  pending.delete(tab);
  keep(tab, { running: false });
}

/** Cancels all requests and clears all responses, so that a response of one shop is never shown for another. */
export function forgetResponses(): void {
  for (const { controller } of pending.values()) controller.abort();
  pending.clear();
  kept.clear();
  useExplorer.setState({ response: null, more: [], running: false });
}
