import { showSearchOf } from "../search/text";
import { documentOf, type Example } from "../session";
import { useExplorer, write } from "../state";

/** A button for each example query. */
export function Examples() {
  const examples = useExplorer(({ session }) => session?.examples) ?? [];
  const zone = useExplorer(({ account }) => account?.zone ?? "UTC");
  function run(example: Example): void {
    const document = documentOf(example, zone);
    showSearchOf(document);
    write({ document, show: example.show, run: true });
  }
  return (
    <nav className="examples" aria-label="Examples">
      {examples.map((example) => (
        <button key={example.name} type="button" title={example.description} onClick={() => run(example)}>
          {example.title}
        </button>
      ))}
    </nav>
  );
}
