import { create } from "zustand";
import { forgetAccount, signIn, storeAccount, storedAccounts, type Account } from "./accounts";
import type { AdminResponse } from "./admin";
import { forgetDrafts } from "./drafts";
import { useSearchText } from "./search/text";
import { loadSession, type OfferedShop, type Session, type Show } from "./session";
import { sharedInAddress, type Shared } from "./share";

export type Theme = "system" | "light" | "dark";
export type View = "table" | "json";

/** A document to put into the editor. `show` sets how its response is listed; `here` replaces the open tab. */
export interface Draft {
  document: string;
  variables?: string;
  show?: Show;
  here?: boolean;
  run: boolean;
}

interface Explorer {
  session: Session | null;
  failure: string | null;
  accounts: Account[];
  account: Account | null;
  signingIn: { message?: string } | null;
  version: string;
  theme: Theme;
  queryShown: boolean;
  view: View;
  draft: Draft | null;
  show: Show;
  response: AdminResponse | null;
  more: AdminResponse[];
  running: boolean;
  visit: number;
}

const KEPT = "abandoned-checkouts:preferences";

function kept(): Partial<Pick<Explorer, "theme" | "version" | "queryShown" | "view">> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Explorer>;
  } catch {
    return {};
  }
}

const preferences = kept();

export const useExplorer = create<Explorer>(() => ({
  session: null,
  failure: null,
  accounts: [],
  account: null,
  signingIn: null,
  version: preferences.version ?? "",
  theme: preferences.theme ?? "system",
  queryShown: preferences.queryShown ?? window.innerWidth >= 1000,
  view: preferences.view ?? "table",
  draft: null,
  show: {},
  response: null,
  more: [],
  running: false,
  visit: 0,
}));

const { setState: set, getState: get } = useExplorer;

export function prefer(change: Partial<Pick<Explorer, "theme" | "version" | "queryShown" | "view">>): void {
  set(change);
  const { theme, version, queryShown, view } = get();
  localStorage.setItem(KEPT, JSON.stringify({ theme, version, queryShown, view }));
}

/** Puts a document into the editor, and runs it if `run` is set. */
export function write(draft: Draft): void {
  set({ draft });
}

export function enter(account: Account): void {
  const others = get().accounts.filter((one) => one.domain !== account.domain);
  set({ accounts: [...others, account], account, signingIn: null, response: null });
}

export async function signInWith(token: string, permanently: boolean): Promise<void> {
  const account = await signIn(token, get().version);
  storeAccount(account, permanently);
  enter(account);
}

/**
 * Removes the token, and all documents, variables and headers, because they may contain customer data. A new `visit`
 * starts with an empty page, for another shop or another person.
 */
export function signOut(account: Account): void {
  forgetAccount(account);
  forgetDrafts();
  useSearchText.setState(useSearchText.getInitialState());
  history.replaceState(null, "", location.pathname);
  const { accounts: present, visit } = get();
  const accounts = present.filter((one) => one !== account);
  set({ accounts, account: accounts[0] ?? null, response: null, more: [], draft: null, show: {}, visit: visit + 1 });
}

/** Shows a shared document and runs it, unless it is a mutation. */
function open(shared: Shared): void {
  const { session, version } = get();
  const known = session?.versions.some(({ handle }) => handle === shared.version);
  set({ version: (known && shared.version) || version });
  write({ ...shared, run: !/\bmutation\b/.test(shared.document) });
}

/** The shops whose tokens are accepted. */
async function entered(shops: OfferedShop[], version: string, demo: boolean): Promise<Account[]> {
  const tried = await Promise.allSettled(shops.map(({ token }) => signIn(token, version, demo)));
  return tried.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

/** Loads the session, signs in to the shop of the merchant pages, the last visit or the demo, and opens a shared document. */
export async function start(): Promise<void> {
  try {
    const session = await loadSession();
    const shared = sharedInAddress();
    const known = session.versions.some(({ handle }) => handle === get().version);
    set({ session, version: known ? get().version : session.defaultVersion });
    const demo = await entered(session.demoShops, session.defaultVersion, true);
    const signedIn = await entered(session.signedIn, session.defaultVersion, false);
    const here = signedIn.map((one) => ({ ...one, session: true }));
    const stored = storedAccounts();
    // The shop menu has one entry for each shop, with the token of the latest sign-in.
    const accounts = [...new Map([...demo, ...stored, ...here].map((one) => [one.domain, one])).values()];
    set({ accounts, account: here[0] ?? stored.at(-1) ?? accounts[0] ?? null });
    if (shared) open(shared);
    addEventListener("hashchange", () => {
      const pasted = sharedInAddress(); // a link that was pasted into the address bar of this page
      if (pasted) open(pasted);
    });
  } catch (error) {
    set({ failure: error instanceof Error ? error.message : String(error) });
  }
}
