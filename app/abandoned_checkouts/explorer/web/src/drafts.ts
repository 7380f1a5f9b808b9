/** The prefix of the keys that GraphiQL stores: documents, variables, headers, tabs, history. */
const NAMESPACE = "graphiql:";

let held: Drafts | null = null;

/** The part of `Storage` that GraphiQL uses. */
class Drafts {
  private closed = false;

  getItem(key: string): string | null {
    return this.closed ? null : localStorage.getItem(key);
  }

  /** Stores a value, unless the drafts are closed: GraphiQL writes up to half a second late. */
  setItem(key: string, value: string): void {
    if (!this.closed) localStorage.setItem(key, value);
  }

  removeItem(key: string): void {
    if (!this.closed) localStorage.removeItem(key);
  }

  get length(): number {
    return Object.keys(localStorage).filter((key) => key.startsWith(NAMESPACE)).length;
  }

  clear(): void {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(NAMESPACE)) localStorage.removeItem(key);
    }
  }

  close(): void {
    this.closed = true;
    this.clear();
  }
}

/** The drafts of a visit. `first` are the values of the first visit. */
export function openDrafts(first: Record<string, string>): Drafts {
  held = new Drafts();
  for (const [name, value] of Object.entries(first)) {
    if (!held.getItem(NAMESPACE + name)) held.setItem(NAMESPACE + name, value);
  }
  return held;
}

export function forgetDrafts(): void {
  (held ?? new Drafts()).close();
}
