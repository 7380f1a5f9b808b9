import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(html|js|css|svg|json|ttf)$/;

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** Writes a `.br` and a `.gz` beside each text file, so that the server does not compress. */
export function compressed(): Plugin {
  let folder = "";
  // The best compression of brotli takes two thirds of the time of a build.
  let quality = 11;
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
      if (config.mode === "quick") quality = 5;
    },
    closeBundle() {
      let total = 0;
      let gzipped = 0;
      for (const path of files(folder).filter((path) => TEXT.test(path))) {
        const plain = readFileSync(path);
        const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
        writeFileSync(`${path}.br`, brotli);
        const gzip = gzipSync(plain, { level: 9 });
        writeFileSync(`${path}.gz`, gzip);
        total += brotli.length;
        gzipped += gzip.length;
      }
      console.log(`compressed: ${Math.round(total / 1000)} kB in all by brotli, ${Math.round(gzipped / 1000)} kB by gzip`);
    },
  };
}
