import { ask } from "./admin";

/** A shop somebody is signed in to. Demo shops come with the page and are never stored. */
export interface Account {
  token: string;
  domain: string;
  name: string;
  zone: string;
  currency: string;
  demo: boolean;
}

const KEY = "abandoned-checkouts:accounts";
const SHOP = "query SignIn { shop { name myshopifyDomain currencyCode ianaTimezone } }";

interface ShopAnswer {
  shop?: { name: string; myshopifyDomain: string; currencyCode: string; ianaTimezone: string };
}

/** Asks the shop behind a token for its name; throws an Error with a sentence for the person signing in. */
export async function signIn(token: string, version: string, demo = false): Promise<Account> {
  const unknown = new Error("No shop knows this token. Check that it was copied whole.");
  if (!/^[!-~]+$/.test(token)) throw unknown; // no header could bring it
  const answer = await ask({ token, version, document: SHOP });
  const shop = (answer.body.data as ShopAnswer | undefined)?.shop;
  if (!shop) {
    if (answer.status === 401) throw unknown;
    throw new Error(answer.problems[0]?.message ?? `The server answered ${answer.status}.`);
  }
  const { name, myshopifyDomain: domain, currencyCode: currency, ianaTimezone: zone } = shop;
  return { token, domain, name, zone, currency, demo };
}

function read(storage: Storage): Account[] {
  try {
    return JSON.parse(storage.getItem(KEY) ?? "[]") as Account[];
  } catch {
    return [];
  }
}

export function storedAccounts(): Account[] {
  return [...read(localStorage), ...read(sessionStorage)];
}

/** Keeps a token in this browser for good, or only until the tab is closed. */
export function storeAccount(account: Account, forGood: boolean): void {
  const storage = forGood ? localStorage : sessionStorage;
  const others = read(storage).filter((one) => one.domain !== account.domain);
  storage.setItem(KEY, JSON.stringify([...others, account]));
}

export function forgetAccount(account: Account): void {
  for (const storage of [localStorage, sessionStorage]) {
    storage.setItem(KEY, JSON.stringify(read(storage).filter((one) => one.token !== account.token)));
  }
}
