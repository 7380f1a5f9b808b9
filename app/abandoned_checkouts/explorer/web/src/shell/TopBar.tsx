import { useState } from "react";
import { copied } from "../clipboard";
import { prefer, signOut, useExplorer, type Theme } from "../state";
import { Icon } from "./Icon";

const ADD = "add another shop";

function ShopSwitch() {
  const { accounts, account } = useExplorer();
  function change(domain: string): void {
    if (domain === ADD) useExplorer.setState({ signingIn: {} });
    else useExplorer.setState({ account: accounts.find((one) => one.domain === domain) ?? account, response: null });
  }
  if (!account) return null;
  return (
    <label className="pick">
      <span>Shop</span>
      <select value={account.domain} onChange={({ target }) => change(target.value)}>
        {accounts.map(({ domain, name, demo }) => (
          <option key={domain} value={domain}>
            {name}
            {demo ? " (demo)" : ""}
          </option>
        ))}
        <option value={ADD}>Sign in to another shop…</option>
      </select>
    </label>
  );
}

function VersionSwitch() {
  const version = useExplorer((state) => state.version);
  const session = useExplorer((state) => state.session);
  const suffix = (handle: string, supported: boolean): string => {
    if (supported || !session || handle === "unstable") return "";
    return handle > session.defaultVersion ? " (not released)" : " (no longer supported)";
  };
  return (
    <label className="pick">
      <span>Version</span>
      <select value={version} onChange={({ target }) => prefer({ version: target.value })}>
        {session?.versions.map(({ handle, supported }) => (
          <option key={handle} value={handle}>
            {handle}
            {suffix(handle, supported)}
          </option>
        ))}
      </select>
    </label>
  );
}

const THEMES: Record<Theme, [Theme, string]> = {
  system: ["light", "system"],
  light: ["dark", "light"],
  dark: ["system", "dark"],
};

export function TopBar() {
  const { account, theme, queryShown } = useExplorer();
  const [message, setMessage] = useState("");
  const [nextTheme, themeName] = THEMES[theme];

  async function share(): Promise<void> {
    const address = (await import("../editor/shared")).addressOfQuery();
    history.replaceState(null, "", address);
    setMessage((await copied(address)) ? "Link copied" : "The link is in the address bar");
    setTimeout(() => setMessage(""), 3000);
  }

  return (
    <header className="top">
      <h1>
        <Icon name="basket" />
        <span>Abandoned Checkouts</span>
      </h1>
      <a className="home" href="/">
        Checkouts
      </a>
      <div className="picks">
        <ShopSwitch />
        <VersionSwitch />
      </div>
      <div className="tools">
        <span className="message" role="status">
          {message}
        </span>
        {account && (
          <button
            type="button"
            className="tool"
            aria-pressed={queryShown}
            onClick={() => prefer({ queryShown: !queryShown })}
            title={queryShown ? "Hide the GraphQL query" : "Show the GraphQL query"}
          >
            <Icon name="code" />
            <span>GraphQL</span>
          </button>
        )}
        {account && (
          <button type="button" className="tool" onClick={() => void share()} title="Copy a link to this query">
            <Icon name="share" />
            <span>Share</span>
          </button>
        )}
        <button
          type="button"
          className="tool"
          onClick={() => prefer({ theme: nextTheme })}
          title={`Colours: ${themeName}`}
          aria-label={`Colours: ${themeName}. Change`}
        >
          <Icon name={theme === "dark" ? "moon" : theme === "light" ? "sun" : "half"} />
        </button>
        {account && !account.demo && !account.session && (
          <button type="button" className="tool" onClick={() => signOut(account)} title={`Sign out of ${account.name}`}>
            <Icon name="leave" />
            <span>Sign out</span>
          </button>
        )}
      </div>
    </header>
  );
}
