import { useEffect, useState } from "react";
import { ask, type Answer } from "../admin";
import { prefer, useExplorer } from "../state";
import { figures, listings, type Listing } from "./connections";
import { CostBar } from "./CostBar";
import { nextQuestion } from "./nextPage";
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
  const { answer, view, show, running } = useExplorer();
  const [more, setMore] = useState<Answer[]>([]);
  const [path, setPath] = useState("");
  const [loading, setLoading] = useState(false);

  useEffect(() => {
    setMore([]);
    setPath("");
  }, [answer]);

  const pages = answer ? [answer, ...more] : [];
  const found = listingsOf(pages);
  const listing = [path, show.table].map((wanted) => found.find((one) => one.path === wanted)).find(Boolean) ?? found[0];
  const last = pages.at(-1);
  const paged = listing?.pages ? listing : found.find((one) => one.pages && listing?.path.startsWith(`${one.path}.`));

  async function next(): Promise<void> {
    const cursor = paged?.pageInfo?.endCursor;
    if (!answer || !paged || !cursor) return;
    setLoading(true);
    const page = await ask(nextQuestion(answer.question, paged.path, cursor));
    setLoading(false);
    // A refused page leaves the rows as they are; its reason is shown above them.
    setMore((before) => [...before.filter((one) => one.body.data), page]);
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
          {running || loading ? "Asking…" : ""}
        </span>
      </div>
      {last && <Problems answer={last} />}
      {view === "table" &&
        (listing ? (
          <TableView
            key={`${answer?.receivedAt} ${listing.path}`}
            listing={listing}
            pageInfo={paged?.pageInfo ?? null}
            pagedPath={paged?.path ?? null}
            loading={loading}
            onNext={() => void next()}
          />
        ) : (
          answer && !answer.problems.length && <p className="quiet nothing">This answer has no list. See it as JSON.</p>
        ))}
      {last && <CostBar answer={last} />}
    </>
  );
}
