import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";
import { replaced } from "./build/replaced.ts";

// The page is served by app/abandoned_checkouts/explorer/routes.py: `/` answers index.html and
// `/explorer/assets/*` the hashed files, so every address below starts there.
export default defineConfig({
  base: "/explorer/",
  // Prettier's GraphQL plugin is asked for under two names; one copy serves both.
  resolve: { alias: { "prettier/parser-graphql": "prettier/plugins/graphql" } },
  plugins: [replaced(), react(), compressed()],
  worker: { format: "es", plugins: () => [replaced()] },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2023",
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { moduleLevelDirective: false }, // "use no memo" in GraphiQL's files speaks to its own compiler
    },
  },
});
