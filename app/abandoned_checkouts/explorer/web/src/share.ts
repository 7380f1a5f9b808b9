/** A document in the URL of the page. It follows `#`, so servers do not receive it. It has no token and no headers. */
export interface Shared {
  document: string;
  variables?: string;
  version?: string;
}

export function addressOf({ document, variables, version }: Shared, page = location.href): string {
  const address = new URL(page);
  const parts = new URLSearchParams({ query: document });
  if (variables?.trim()) parts.set("variables", variables);
  if (version) parts.set("version", version);
  address.hash = parts.toString();
  return address.href;
}

export function sharedInAddress(page = location.href): Shared | null {
  const parts = new URLSearchParams(new URL(page).hash.slice(1));
  const document = parts.get("query");
  if (!document) return null;
  const variables = parts.get("variables");
  const version = parts.get("version");
  return { document, ...(variables && { variables }), ...(version && { version }) };
}
