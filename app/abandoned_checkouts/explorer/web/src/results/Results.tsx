import { useEffect, useMemo, useState } from "react";
import type { Answer } from "../admin";
import { askOn } from "../editor/answers";
import { currentQuery, currentVariables } from "../editor/shared";
import { prefer, useExplorer, write } from "../state";
import { figures, listings, type Listing } from "./connections";
import { CostBar } from "./CostBar";
import { nextQuestion, withPageInfo } from "./nextPage";
import { Problems } from "./Problems";
import { TableView } from "./TableView";
import { listingName } from "./words";

/** The listings of an answer and of the pages that were loaded after it. */
function listingsOf(pages: Answer[]): Listing[] {
  const found = new Map<string, Listing>();
  for (const page of pages) {
    for (const listing of listings(page.body.data)) {
      const before = found.get(listing.path)?.rows ?? [];
      found.set(listing.path, { ...listing, rows: [...before, ...listing.rows] });
    }
  }
  return [...found.values()];
}

function ViewSwitch() {
  const view = useExplorer((state) => state.view);
  return (
    <div className="segments" role="group" aria-label="View">
      <button type="button" aria-pressed={view === "table"} onClick={() => prefer({ view: "table" })}>
        Table
      </button>
      <button type="button" aria-pressed={view === "json"} onClick={() => prefer({ view: "json" })}>
        JSON
      </button>
    </div>
  );
}

export function Results() {
  const { answer, more, view, show, running } = useExplorer();
  const [path, setPath] = useState("");

  useEffect(() => setPath(""), [answer]);

  const pages = useMemo(() => (answer ? [answer, ...more] : []), [answer, more]);
  const found = useMemo(() => listingsOf(pages), [pages]);
  const listing = [path, show.table].map((wanted) => found.find((one) => one.path === wanted)).find(Boolean) ?? found[0];
  const last = pages.at(-1);
  const paged = listing?.pages ? listing : found.find((one) => one.pages && listing?.path.startsWith(`${one.path}.`));

  function next(): void {
    const cursor = paged?.pageInfo?.endCursor;
    if (answer && paged && cursor) void askOn(nextQuestion(answer.question, paged.path, cursor));
  }

  function again(): void {
    if (last === answer) write({ document: currentQuery(), variables: currentVariables(), show, here: true, run: true });
    else next();
  }

  function askForPages(): void {
    if (!answer || !paged) return;
    const { document, variables } = answer.question;
    const written = variables ? JSON.stringify(variables, null, 2) : "";
    write({ document: withPageInfo(document, paged.path), variables: written, show, here: true, run: true });
  }

  return (
    <>
      <div className="results-bar">
        <ViewSwitch />
        {view === "table" && found.length > 1 && (
          <select aria-label="Listing" value={listing?.path} onChange={({ target }) => setPath(target.value)}>
            {found.map((one) => (
              <option key={one.path} value={one.path}>
                {listingName(one.path)}
              </option>
            ))}
          </select>
        )}
        {figures(answer?.body.data).map(([name, figure]) => (
          <span key={name} className="figure">
            {listingName(name)}: <strong>{figure}</strong>
          </span>
        ))}
        <span className="busy" role="status">
          {running ? "Asking…" : ""}
        </span>
      </div>
      {last && <Problems answer={last} onAgain={again} />}
      {view === "table" &&
        (listing ? (
          <TableView
            key={`${answer?.receivedAt} ${listing.path}`}
            listing={listing}
            pageInfo={paged && (paged.pageInfo ?? {})}
            loading={running}
            onNext={next}
            onPages={askForPages}
          />
        ) : (
          answer && !answer.problems.length && <p className="quiet nothing">This answer has no list. See it as JSON.</p>
        ))}
      {last && <CostBar answer={last} />}
    </>
  );
}
