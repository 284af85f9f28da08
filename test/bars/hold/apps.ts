// Starts the app of this bar and tells how long that took.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../../world/git/server.ts";
import type { BarContext } from "../frame.ts";

export type App = { port: number; startMs: number; counts: () => Promise<Record<string, number>>; end: () => Promise<void> };

/** `rounds` of hashing before it listens. */
export async function startApp({ cleanup, signal }: BarContext, rounds: number): Promise<App> {
  const port = await freePort("127.0.0.1");
  const began = performance.now();
  const child = fork(join(import.meta.dirname, "app.mjs"), [], { env: { PORT: String(port), ROUNDS: String(rounds) }, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const gone = once(child, "exit");
  const end = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  cleanup(end);
  const ready = await Promise.race([once(child, "message", { signal }).then(() => true), gone.then(() => false)]);
  if (!ready) throw new Error("the app ended before it was ready");
  const startMs = performance.now() - began;
  const counts = async () => (await (await fetch(`http://127.0.0.1:${port}/counts`)).json()) as Record<string, number>;
  return { port, startMs, counts, end };
}
