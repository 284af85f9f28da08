import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** A core each; vitest's own choice leaves one core out, which of two is half. */
const cores = availableParallelism();
/** Files that wait for servers, Docker and browsers most of their time, and whose clocks allow for one neighbour. */
const pairs = { maxWorkers: Math.min(2, cores) };

/** Unit tests stand beside the code; the other two projects need the test world. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "agent/**/*.test.{ts,tsx}",
            "src/**/*.test.{ts,tsx}",
            "scripts/**/*.test.{ts,mjs}",
            "test/{run,world,bars}/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/dist/**"],
          maxWorkers: cores,
          sequence: { groupOrder: 0 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // A machine with other work pauses for seconds, and begins programs slowly.
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        test: {
          name: "contract",
          include: ["test/{agent,contract}/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...pairs,
          sequence: { groupOrder: 1 },
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...pairs,
          sequence: { groupOrder: 2 },
          expect: { poll: { timeout: 60_000 } },
        },
      },
    ],
  },
});
