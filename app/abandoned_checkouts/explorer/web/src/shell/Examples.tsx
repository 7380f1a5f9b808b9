import { showSearchOf } from "../search/text";
import { documentOf, type Example } from "../session";
import { useExplorer, write } from "../state";

/** The questions a merchant asks, one click each. */
export function Examples() {
  const examples = useExplorer(({ session }) => session?.examples) ?? [];
  const zone = useExplorer(({ account }) => account?.zone ?? "UTC");
  function ask(example: Example): void {
    const document = documentOf(example, zone);
    showSearchOf(document);
    write({ document, show: example.show, run: true });
  }
  return (
    <nav className="examples" aria-label="Examples">
      {examples.map((example) => (
        <button key={example.name} type="button" title={example.description} onClick={() => ask(example)}>
          {example.title}
        </button>
      ))}
    </nav>
  );
}
