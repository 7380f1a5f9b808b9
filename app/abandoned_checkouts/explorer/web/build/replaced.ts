import { resolve } from "node:path";
import type { Plugin } from "vite";

const source = resolve(import.meta.dirname, "../src");

/**
 * Modules of GraphiQL and Monaco that are replaced with smaller ones: [end of the module's path, our module, importer].
 * Each makes the total smaller that `npm run build` prints.
 */
const REPLACEMENTS: [RegExp, string, RegExp?][] = [
  // All editor features of VS Code → those that a query editor uses.
  [/monaco-editor\/esm\/vs\/editor\/edcore\.main\.js$/, "editor/monaco.ts"],
  [/monaco-editor\/esm\/vs\/editor\/browser\/widget\/(diffEditor\/d|multiDiffEditor\/multiD)iffEditorWidget\.js$/, "editor/noDiffEditor.ts"],
  // Prettier with Babel to indent JSON → jsonc-parser, which the page needs anyway.
  [/@graphiql\/react\/dist\/utility\/jsonc\.js$/, "editor/jsonc.ts"],
  // A second Prettier in the worker, for a command of Monaco; the page uses GraphiQL's prettify instead.
  [/prettier\/(standalone|plugins\/graphql)\.m?js$/, "editor/noWorkerFormat.ts", /monaco-graphql\/esm\/GraphQLWorker\.js$/],
];

export function replaced(): Plugin {
  return {
    name: "replaced",
    enforce: "pre",
    async resolveId(id, importer, options) {
      if (!importer || importer.startsWith(source)) return null;
      const found = await this.resolve(id, importer, { ...options, skipSelf: true });
      const ours = found && REPLACEMENTS.find(([path, , by]) => path.test(found.id) && (!by || by.test(importer)));
      return ours ? resolve(source, ours[1]) : found;
    },
  };
}
