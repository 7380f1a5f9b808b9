/** Headings for names of the schema, in a merchant's words. */
const WORDS: Record<string, string> = {
  abandonedCheckoutUrl: "Recovery link",
  abandonedCheckoutsCount: "Total checkouts",
  abandonedCheckouts: "Checkouts",
  "abandonedCheckouts.lineItems": "Line items of these checkouts",
  createdAt: "Created",
  updatedAt: "Updated",
  completedAt: "Completed",
  lineItems: "Line items",
  id: "ID",
  sku: "SKU",
  url: "Link",
  totalPriceSet: "Total",
  discountedTotalPriceSet: "Total",
  originalTotalPriceSet: "Full price",
  subtotalPriceSet: "Subtotal",
  displayName: "",
  node: "",
  shippingAddress: "Shipping",
  billingAddress: "Billing",
  defaultEmailAddress: "",
  defaultPhoneNumber: "",
  emailAddress: "e-mail",
  email: "e-mail",
  phoneNumber: "phone",
  marketingState: "marketing",
  numberOfOrders: "orders",
};

function spoken(name: string): string {
  const known = WORDS[name];
  if (known !== undefined) return known;
  return name.replace(/(Set|V2)$/, "").replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
}

/** Headings of objects that are null in every row, so that they have no columns for their fields. */
const CLOSED: Record<string, string> = { defaultEmailAddress: "e-mail", defaultPhoneNumber: "phone" };

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** `["customer", "defaultEmailAddress", "emailAddress"]` → `Customer e-mail`. */
export function heading(path: string[]): string {
  const parts = path
    .map((name, at) => (at === path.length - 1 && CLOSED[name]) || spoken(name))
    .filter(Boolean);
  return capital(parts.length ? parts.map((word, at) => (at ? word.toLowerCase() : word)).join(" ") : path.join(" "));
}

export function listingName(path: string): string {
  return WORDS[path] ?? heading(path.split("."));
}
