/** How the search box orders what it finds: the label, the sort key and whether the largest comes first. */
export const ORDERS = [
  { label: "Newest first", sortKey: "CREATED_AT", reverse: true },
  { label: "Oldest first", sortKey: "CREATED_AT", reverse: false },
  { label: "Worth most first", sortKey: "TOTAL_PRICE", reverse: true },
  { label: "Worth least first", sortKey: "TOTAL_PRICE", reverse: false },
  { label: "By customer", sortKey: "CUSTOMER_NAME", reverse: false },
] as const;

export type Order = (typeof ORDERS)[number];

/** The GraphQL that the search box writes. Strings of JSON are strings of GraphQL. */
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
