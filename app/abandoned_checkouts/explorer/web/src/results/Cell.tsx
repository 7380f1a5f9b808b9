import { useState } from "react";
import { valueAt, type Column } from "./columns";
import { isObject, type Row } from "./connections";
import { textOf } from "./values";

/** A picture of this server, or a link to a picture of another: the page loads nothing from other servers. */
function Picture({ value }: { value: unknown }) {
  const url = isObject(value) ? String(value.url ?? "") : "";
  const text = isObject(value) && typeof value.altText === "string" ? value.altText : "";
  const [missing, setMissing] = useState(false);
  if (missing || !URL.canParse(url, location.href)) return <>{text}</>;
  const address = new URL(url, location.href);
  const here = address.host === location.host || address.protocol === "data:";
  if (here) {
    return <img src={address.href} alt={text} width="36" height="36" loading="lazy" onError={() => setMissing(true)} />;
  }
  return (
    <a href={address.href} target="_blank" rel="noreferrer">
      Picture
    </a>
  );
}

const CHECKOUT = /^gid:\/\/shopify\/AbandonedCheckout\/(\d+)$/;

/** The merchant page of a checkout, or null. Its number is in the id, or in the name if the row has a recovery link. */
export function checkoutPage(row: Row, { path }: Column, text: string): string | null {
  const name = path.join(".") === "name";
  const number = name
    ? (CHECKOUT.exec(String(row.id))?.[1] ?? (row.abandonedCheckoutUrl ? /^#(\d+)$/.exec(text)?.[1] : undefined))
    : CHECKOUT.exec(text)?.[1];
  return number ? `/merchant/checkouts/${number}` : null;
}

export function Cell({ row, column, zone }: { row: Row; column: Column; zone: string }) {
  const value = valueAt(row, column.path);
  if (value === null || value === undefined || value === "") return <span className="empty">–</span>;
  const text = textOf(row, column, zone);
  switch (column.kind) {
    case "picture":
      return <Picture value={value} />;
    case "link":
      return (
        <a href={text} target="_blank" rel="noreferrer" title={text}>
          {/\/recover(\?|$)/.test(text) ? "Recovery page" : new URL(text).host}
        </a>
      );
    case "email":
      return <a href={`mailto:${encodeURIComponent(text)}`}>{text}</a>;
    case "phone":
      return <a href={`tel:${text.replace(/[^\d+]/g, "")}`}>{text}</a>;
    case "time":
      return (
        <time dateTime={String(value)} title={`${String(value)} · shown in ${zone}`}>
          {text}
        </time>
      );
    case "list":
      return (
        <span className="members" title={text}>
          {text || <span className="empty">–</span>}
        </span>
      );
    default: {
      const page = checkoutPage(row, column, text);
      if (page) {
        return (
          <a href={page} target="_blank" rel="noreferrer" title="Timeline of this checkout">
            {text}
          </a>
        );
      }
      return text.length > 24 ? <span title={text}>{text}</span> : <>{text}</>;
    }
  }
}
