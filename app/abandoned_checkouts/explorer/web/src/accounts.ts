import { execute } from "./admin";

/**
 * A shop that the user is signed in to. Demo shops and the shop of the merchant pages come from the session and are
 * never stored.
 */
export interface Account {
  token: string;
  domain: string;
  name: string;
  zone: string;
  currency: string;
  demo: boolean;
  /** Signed in on the merchant pages, where one signs out, too. */
  session?: boolean;
}

const KEY = "abandoned-checkouts:accounts";
const SHOP = "query SignIn { shop { name myshopifyDomain currencyCode ianaTimezone } }";

interface ShopResponse {
  shop?: { name: string; myshopifyDomain: string; currencyCode: string; ianaTimezone: string };
}

/** Loads the shop of a token. Throws an Error with a message for the user. */
export async function signIn(token: string, version: string, demo = false): Promise<Account> {
  const unknown = new Error("This token is not valid for any shop. Check that you copied all of it.");
  if (!/^[!-~]+$/.test(token)) throw unknown; // such a text cannot be sent in a header
  const response = await execute({ token, version, document: SHOP });
  const shop = (response.body.data as ShopResponse | undefined)?.shop;
  if (!shop) {
    if (response.status === 401) throw unknown;
    throw new Error(response.problems[0]?.message ?? `The server returned status ${response.status}.`);
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

/** Stores a token in this browser, permanently or until the tab is closed. */
export function storeAccount(account: Account, permanently: boolean): void {
  const storage = permanently ? localStorage : sessionStorage;
  const others = read(storage).filter((one) => one.domain !== account.domain);
  storage.setItem(KEY, JSON.stringify([...others, account]));
}

export function forgetAccount(account: Account): void {
  for (const storage of [localStorage, sessionStorage]) {
    storage.setItem(KEY, JSON.stringify(read(storage).filter((one) => one.token !== account.token)));
  }
}
