import { useMemo, useState } from "react";
import { copied } from "../clipboard";
import { Icon } from "../shell/Icon";
import { useExplorer } from "../state";
import { columnsOf, moneyOf, valueAt, type Column } from "./columns";
import type { Listing, PageInfo } from "./connections";
import { csv, download, tabbed } from "./csv";
import { grouped } from "./grouping";
import { Table, type Sorting } from "./Table";
import { sorted } from "./values";

interface Props {
  listing: Listing;
  /** The page info of the connection that has a next page. Without a cursor if the query does not select it. */
  pageInfo: PageInfo | undefined;
  loading: boolean;
  onNext(): void;
  onPages(): void;
}

const countOf = (count: number, thing: string): string => `${count.toLocaleString()} ${thing}${count === 1 ? "" : "s"}`;

/** The previous columns if a new page has the same ones, so that the rows are not rendered again. */
function useSame(columns: Column[]): Column[] {
  const [kept, keep] = useState(columns);
  if (kept === columns || JSON.stringify(kept) === JSON.stringify(columns)) return kept;
  keep(columns);
  return columns;
}

/** One listing as a table: sort, group, filter, copy, download, load the next page. */
export function TableView({ listing, pageInfo, loading, onNext, onPages }: Props) {
  const { account, show } = useExplorer();
  const zone = account?.zone ?? "UTC";
  const [leastColumn, leastAmount] = (show.least ?? "").split(" ");
  const [needed, ...places] = (show.needs ?? "").split(" ");
  const [group, setGroup] = useState(show.group ?? "");
  const [least, setLeast] = useState(leastAmount ?? "");
  const [filled, setFilled] = useState(true);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [message, setMessage] = useState("");

  const all = useSame(useMemo(() => columnsOf(listing.rows), [listing.rows]));
  const money = all.find(({ key }) => key === leastColumn);
  const by = all.find(({ key }) => key === group);
  const kept = useMemo(() => {
    const smallest = money && least !== "" ? Number(least) : null;
    const wanted = filled && needed ? places.map((place) => place.split(".")) : null;
    return listing.rows.filter(
      (row) =>
        (!money || smallest === null || Number(moneyOf(valueAt(row, money.path))?.amount ?? 0) >= smallest) &&
        (!wanted || wanted.some((path) => valueAt(row, path))),
    );
  }, [listing.rows, money, least, filled, show.needs]);
  const [rows, columns] = useMemo(
    () => (by ? grouped(kept, all, by, zone) : ([kept, all] as const)),
    [kept, all, by, zone],
  );
  const sortedBy = columns.find(({ key }) => key === sorting?.key);
  const shown = useMemo(
    () => (sorting && sortedBy ? sorted(rows, sortedBy, sorting.descending) : rows),
    [rows, sorting, sortedBy],
  );

  async function copy(): Promise<void> {
    setMessage((await copied(tabbed(shown, columns, zone))) ? "Copied" : "The browser does not allow copying");
    setTimeout(() => setMessage(""), 3000);
  }

  if (!listing.rows.length) return <p className="quiet nothing">No results.</p>;
  return (
    <div className="table-view">
      <div className="table-tools">
        <span className="count">
          {countOf(rows.length, by ? "group" : "row")}
          {rows.length !== listing.rows.length && ` of ${countOf(listing.rows.length, "row")}`}
          {pageInfo?.hasNextPage && " loaded"}
        </span>
        <label>
          Group by{" "}
          <select value={by ? group : ""} onChange={({ target }) => setGroup(target.value)}>
            <option value="">none</option>
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
        {needed && (
          <label className="check">
            <input type="checkbox" checked={filled} onChange={({ target }) => setFilled(target.checked)} />
            Only with {needed}
          </label>
        )}
        <span className="message" role="status">
          {message}
        </span>
        <button type="button" className="tool" onClick={() => void copy()} title="Copy these rows for a spreadsheet">
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
      {pageInfo && (
        <div className="pager">
          {pageInfo.hasNextPage === false || pageInfo.endCursor === null ? (
            <span className="quiet">End of list</span>
          ) : pageInfo.endCursor === undefined ? (
            <button type="button" onClick={onPages}>
              Enable paging (adds pageInfo to the query)
            </button>
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
