import { documentOf } from "../session";
import { useExplorer, write } from "../state";

/** The questions a merchant asks, one click each. */
export function Examples() {
  const examples = useExplorer(({ session }) => session?.examples) ?? [];
  const zone = useExplorer(({ account }) => account?.zone ?? "UTC");
  return (
    <nav className="examples" aria-label="Examples">
      {examples.map((example) => (
        <button
          key={example.name}
          type="button"
          title={example.description}
          onClick={() => write({ document: documentOf(example, zone), show: example.show, run: true })}
        >
          {example.title}
        </button>
      ))}
    </nav>
  );
}
