import { memo } from "react";
import type { Column } from "./columns";
import type { Row } from "./connections";
import { Cell } from "./Cell";

export interface Sorting {
  key: string;
  descending: boolean;
}

interface Props {
  rows: Row[];
  columns: Column[];
  zone: string;
  sorting: Sorting | null;
  onSort(sorting: Sorting | null): void;
}

const NUMERIC = new Set(["money", "number"]);

/** The first click sorts numbers and times descending, texts ascending. The third click restores the original order. */
function nextSorting(column: Column, sorting: Sorting | null): Sorting | null {
  const first = NUMERIC.has(column.kind) || column.kind === "time";
  if (sorting?.key !== column.key) return { key: column.key, descending: first };
  return sorting.descending === first ? { key: column.key, descending: !first } : null;
}

interface LineProps {
  row: Row;
  columns: Column[];
  zone: string;
}

/** Rendered once: a new page after thousands of rows renders only its own rows. */
const Line = memo(function Line({ row, columns, zone }: LineProps) {
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.key} data-kind={column.kind}>
          <Cell row={row} column={column} zone={zone} />
        </td>
      ))}
    </tr>
  );
});

export const Table = memo(function Table({ rows, columns, zone, sorting, onSort }: Props) {
  if (!rows.length) return <p className="quiet nothing">No rows match the filters above.</p>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {columns.map((column) => {
              const mine = sorting?.key === column.key ? sorting : null;
              return (
                <th
                  key={column.key}
                  scope="col"
                  data-kind={column.kind}
                  aria-sort={mine ? (mine.descending ? "descending" : "ascending") : "none"}
                >
                  <button type="button" title={column.key} onClick={() => onSort(nextSorting(column, sorting))}>
                    {column.heading}
                    <span aria-hidden="true">{mine ? (mine.descending ? " ↓" : " ↑") : ""}</span>
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <Line key={typeof row.id === "string" ? row.id + at : at} row={row} columns={columns} zone={zone} />
          ))}
        </tbody>
      </table>
    </div>
  );
});
