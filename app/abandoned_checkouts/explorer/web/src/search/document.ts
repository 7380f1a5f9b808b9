/** The orders of the search box: label, sort key, and whether the order is descending. */
export const ORDERS = [
  { label: "Newest first", sortKey: "CREATED_AT", reverse: true },
  { label: "Oldest first", sortKey: "CREATED_AT", reverse: false },
  { label: "Most valuable first", sortKey: "TOTAL_PRICE", reverse: true },
  { label: "Least valuable first", sortKey: "TOTAL_PRICE", reverse: false },
  { label: "By customer name", sortKey: "CUSTOMER_NAME", reverse: false },
] as const;

export type Order = (typeof ORDERS)[number];

/** The GraphQL query of a search. A JSON string is a valid GraphQL string. */
export function searchDocument(query: string, { sortKey, reverse }: Order): string {
  const text = query.trim();
  return `query FindCheckouts {
  abandonedCheckouts(
    first: 25${text ? `\n    query: ${JSON.stringify(text)}` : ""}
    sortKey: ${sortKey}
    reverse: ${reverse}
  ) {
    nodes {
      name
      createdAt
      totalPriceSet {
        shopMoney {
          amount
          currencyCode
        }
      }
      customer {
        displayName
        defaultEmailAddress {
          emailAddress
        }
      }
      lineItems(first: 5) {
        nodes {
          title
          quantity
        }
      }
      completedAt
      abandonedCheckoutUrl
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;
}
