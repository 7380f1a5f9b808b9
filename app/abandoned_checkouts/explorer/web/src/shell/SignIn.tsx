import { useState, type FormEvent } from "react";
import { signInWith } from "../state";

interface Props {
  message?: string | undefined;
  onCancel?: () => void;
}

/** The sign-in form. It shows errors below the field of the token. */
export function SignIn({ message, onCancel }: Props) {
  const [token, setToken] = useState("");
  const [permanently, setPermanently] = useState(false);
  const [problem, setProblem] = useState(message ?? "");
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      await signInWith(token.trim(), permanently);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <form className="sign-in" onSubmit={(event) => void submit(event)}>
      <h2>Sign in to a shop</h2>
      <p>Paste an Admin API access token. It stays in this browser and is sent to this server only.</p>
      <label htmlFor="token">Access token</label>
      <input
        id="token"
        type="password"
        value={token}
        autoFocus
        autoComplete="off"
        placeholder="shpat_…"
        aria-invalid={Boolean(problem)}
        aria-describedby="token-problem"
        onChange={({ target }) => setToken(target.value)}
      />
      <p id="token-problem" className="field-problem" role="alert">
        {problem}
      </p>
      <label className="check">
        <input type="checkbox" checked={permanently} onChange={({ target }) => setPermanently(target.checked)} />
        Stay signed in when this tab is closed
      </label>
      <div className="actions">
        {onCancel && (
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button type="submit" className="primary" disabled={busy || !token.trim()}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </div>
    </form>
  );
}
