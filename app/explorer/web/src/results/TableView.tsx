import { useMemo, useState } from "react";
import { Icon } from "../shell/Icon";
import { currentQuery } from "../editor/shared";
import { useExplorer, write } from "../state";
import { columnsOf, moneyOf, valueAt } from "./columns";
import type { Listing, PageInfo } from "./connections";
import { csv, download, tabbed } from "./csv";
import { grouped } from "./grouping";
import { withPageInfo } from "./nextPage";
import { Table, type Sorting } from "./Table";
import { sorted } from "./values";

interface Props {
  listing: Listing;
  pageInfo: PageInfo | null;
  pagedPath: string | null;
  loading: boolean;
  onNext(): void;
}

/** One listing as a table with what one does to tables: sort, count, keep, copy, download, page on. */
export function TableView({ listing, pageInfo, pagedPath, loading, onNext }: Props) {
  const { account, show } = useExplorer();
  const zone = account?.zone ?? "UTC";
  const [leastColumn, leastAmount] = (show.least ?? "").split(" ");
  const [group, setGroup] = useState(show.group ?? "");
  const [least, setLeast] = useState(leastAmount ?? "");
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [copied, setCopied] = useState("");

  const all = useMemo(() => columnsOf(listing.rows), [listing.rows]);
  const money = all.find(({ key }) => key === leastColumn);
  const by = all.find(({ key }) => key === group);
  const [rows, columns] = useMemo(() => {
    const smallest = money && least !== "" ? Number(least) : null;
    const kept = listing.rows.filter(
      (row) => smallest === null || !money || Number(moneyOf(valueAt(row, money.path))?.amount ?? 0) >= smallest,
    );
    return by ? grouped(kept, all, by, zone) : ([kept, all] as const);
  }, [listing.rows, all, by, money, least, zone]);
  const sortedBy = columns.find(({ key }) => key === sorting?.key);
  const shown = useMemo(
    () => (sorting && sortedBy ? sorted(rows, sortedBy, sorting.descending) : rows),
    [rows, sorting, sortedBy],
  );

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(tabbed(shown, columns, zone));
    setCopied("Copied");
    setTimeout(() => setCopied(""), 2000);
  }

  return (
    <div className="table-view">
      <div className="table-tools">
        <span className="count">
          {rows.length.toLocaleString()} {by ? "groups" : rows.length === 1 ? "row" : "rows"}
          {by && ` from ${listing.rows.length.toLocaleString()} rows`}
        </span>
        <label>
          Count by{" "}
          <select value={by ? group : ""} onChange={({ target }) => setGroup(target.value)}>
            <option value="">nothing</option>
            {all.map(({ key, heading }) => (
              <option key={key} value={key}>
                {heading}
              </option>
            ))}
          </select>
        </label>
        {money && (
          <label>
            {money.heading} at least{" "}
            <input type="number" min="0" value={least} onChange={({ target }) => setLeast(target.value)} />
          </label>
        )}
        <span className="said" role="status">
          {copied}
        </span>
        <button type="button" className="tool" onClick={() => void copy()} title="Copy for a spreadsheet">
          <Icon name="copy" />
          <span>Copy</span>
        </button>
        <button
          type="button"
          className="tool"
          onClick={() => download(`${listing.path}.csv`, csv(shown, columns, zone))}
          title="Download these rows as CSV"
        >
          <Icon name="download" />
          <span>CSV</span>
        </button>
      </div>
      <Table rows={shown} columns={columns} zone={zone} sorting={sorting} onSort={setSorting} />
      {pagedPath && (
        <div className="pager">
          {pageInfo?.endCursor === undefined ? (
            <button
              type="button"
              onClick={() => write({ document: withPageInfo(currentQuery(), pagedPath), show, run: true })}
            >
              Ask for pages (adds pageInfo to the query)
            </button>
          ) : pageInfo.hasNextPage === false ? (
            <span className="quiet">That is all.</span>
          ) : (
            <button type="button" className="primary" disabled={loading} onClick={onNext}>
              {loading ? "Loading…" : "Next page"}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
