import { fileURLToPath } from "node:url";
import { defineConfig } from "electron-vite";
import { rendererConfig } from "./src/renderer/vite.config.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  main: {
    build: {
      outDir: "out/main",
      // The second is the utility process, which main starts from the file beside it.
      lib: { entry: { index: here("src/main/index.ts"), services: here("src/utility/index.ts") }, formats: ["es"] },
    },
  },
  preload: {
    build: {
      outDir: "out/preload",
      // A sandboxed preload cannot load modules: one CommonJS file with everything in it.
      externalizeDeps: false,
      lib: { entry: here("src/preload/index.ts"), formats: ["cjs"] },
      rolldownOptions: { output: { entryFileNames: "index.cjs" } },
    },
  },
  renderer: {
    ...rendererConfig,
    build: { ...rendererConfig.build, rolldownOptions: { ...rendererConfig.build.rolldownOptions, input: here("src/renderer/index.html") } },
  },
});
