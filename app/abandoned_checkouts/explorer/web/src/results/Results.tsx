import { useEffect, useMemo, useState } from "react";
import type { AdminResponse } from "../admin";
import { loadPage } from "../editor/responses";
import { currentQuery, currentVariables } from "../editor/shared";
import { prefer, useExplorer, write } from "../state";
import { figures, listings, type Listing } from "./connections";
import { CostBar } from "./CostBar";
import { nextRequest, withPageInfo } from "./nextPage";
import { Problems } from "./Problems";
import { TableView } from "./TableView";
import { listingName } from "./words";

/** The listings of a response, with the rows of the further pages. */
function listingsOf(pages: AdminResponse[]): Listing[] {
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
  const { response, more, view, show, running } = useExplorer();
  const [path, setPath] = useState("");

  useEffect(() => setPath(""), [response]);

  const pages = useMemo(() => (response ? [response, ...more] : []), [response, more]);
  const found = useMemo(() => listingsOf(pages), [pages]);
  const listing = [path, show.table].map((wanted) => found.find((one) => one.path === wanted)).find(Boolean) ?? found[0];
  const last = pages.at(-1);
  const paged = listing?.pages ? listing : found.find((one) => one.pages && listing?.path.startsWith(`${one.path}.`));

  function next(): void {
    const cursor = paged?.pageInfo?.endCursor;
    if (response && paged && cursor) void loadPage(nextRequest(response.request, paged.path, cursor));
  }

  function again(): void {
    if (last === response) write({ document: currentQuery(), variables: currentVariables(), show, here: true, run: true });
    else next();
  }

  function askForPages(): void {
    if (!response || !paged) return;
    const { document, variables } = response.request;
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
        {figures(response?.body.data).map(([name, figure]) => (
          <span key={name} className="figure">
            {listingName(name)}: <strong>{figure}</strong>
          </span>
        ))}
        <span className="busy" role="status">
          {running ? "Running…" : ""}
        </span>
      </div>
      {last && <Problems response={last} onAgain={again} />}
      {view === "table" &&
        (listing ? (
          <TableView
            key={`${response?.receivedAt} ${listing.path}`}
            listing={listing}
            pageInfo={paged && (paged.pageInfo ?? {})}
            loading={running}
            onNext={next}
            onPages={askForPages}
          />
        ) : (
          response && !response.problems.length && <p className="quiet nothing">This response has no list. See it as JSON.</p>
        ))}
      {last && <CostBar response={last} />}
    </>
  );
}
