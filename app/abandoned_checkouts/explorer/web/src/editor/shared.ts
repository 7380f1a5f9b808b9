import { addressOf } from "../share";
import { useExplorer } from "../state";

interface Editors {
  query(): string;
  variables(): string;
  reveal(line: number, column: number): void;
}

let editors: Editors | null = null;

export function setEditors(given: Editors): void {
  editors = given;
}

/** The URL of the page with the document that is in the editor. */
export function addressOfQuery(): string {
  const { version } = useExplorer.getState();
  return addressOf({ document: currentQuery(), variables: currentVariables(), version });
}

export function currentQuery(): string {
  return editors?.query() ?? "";
}

export function currentVariables(): string {
  return editors?.variables() ?? "";
}

/** Scrolls the editor to a place of the document and puts the cursor there. */
export function reveal(line: number, column: number): void {
  editors?.reveal(line, column);
}
