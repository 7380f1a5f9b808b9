import { useId, useRef, useState, type KeyboardEvent } from "react";
import { useExplorer, write } from "../state";
import { ORDERS, searchDocument } from "./document";
import { replaceSpan, type Span } from "./help";
import { Suggestions } from "./Suggestions";
import { useSearchText } from "./text";
import { Underlined } from "./Underlined";
import { useHelp } from "./useHelp";
import { Warnings } from "./Warnings";

const FIELD = "abandonedCheckouts";

/** The search box: completes, explains and checks a search text, and writes the GraphQL query for it. */
export function SearchBox() {
  const { query, order } = useSearchText();
  const zone = useExplorer(({ account }) => account?.zone ?? "UTC");
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const [scrolled, setScrolled] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const sentence = useId();
  const given = useHelp(FIELD, query, caret, zone);
  const current = given.query === query;
  const suggestions = open && current ? given.suggestions : [];

  function put(text: string, at: number): void {
    useSearchText.setState({ query: text });
    setCaret(at);
    setChosen(-1);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(at, at);
    });
  }

  function accept(span: Span, text: string): void {
    put(...replaceSpan(query, span, text));
  }

  function submit(): void {
    setOpen(false);
    const document = searchDocument(query, ORDERS[order] ?? ORDERS[0]);
    write({ document, show: { table: FIELD }, run: true });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return; // the keys belong to an input method
    const picked = suggestions[chosen];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      if (!suggestions.length) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      setChosen((chosen + step + suggestions.length + (chosen < 0 && step < 0 ? 1 : 0)) % suggestions.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && picked) {
      event.preventDefault();
      accept(picked, picked.text);
    } else if (event.key === "Enter") {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      setOpen(false);
      setChosen(-1);
    }
  }

  return (
    <form
      className="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="search-line">
        <div className="search-field">
          <Underlined query={query} warnings={current ? given.warnings : []} scrolled={scrolled} />
          <input
            ref={input}
            value={query}
            role="combobox"
            aria-label="Search abandoned checkouts"
            aria-autocomplete="list"
            aria-expanded={suggestions.length > 0}
            aria-controls={list}
            aria-describedby={sentence}
            aria-invalid={current && given.warnings.length > 0}
            {...(chosen >= 0 && { "aria-activedescendant": `${list}-${chosen}` })}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder="Search by name, or created_at:>=2026-11-01 recovery_state:not_recovered"
            onChange={({ target }) => {
              useSearchText.setState({ query: target.value });
              setCaret(target.selectionStart ?? target.value.length);
              setOpen(true);
              setChosen(-1);
            }}
            onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onScroll={({ currentTarget }) => setScrolled(currentTarget.scrollLeft)}
            onKeyDown={onKeyDown}
          />
        </div>
        <label className="search-order">
          <span className="unseen">Order</span>
          <select value={order} onChange={({ target }) => useSearchText.setState({ order: Number(target.value) })}>
            {ORDERS.map(({ label }, at) => (
              <option key={label} value={at}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="primary">
          Search
        </button>
      </div>
      <p id={sentence} className="explanation" aria-live="polite">
        {given.explanation}
      </p>
      {current && <Warnings warnings={given.warnings} query={query} onFix={(one, text) => accept(one, text)} />}
      <Suggestions id={list} suggestions={suggestions} chosen={chosen} onPick={(one) => accept(one, one.text)} />
    </form>
  );
}
