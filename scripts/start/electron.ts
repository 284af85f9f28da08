import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, root } from "./places.ts";

const home = inRoot("node_modules/electron");

/** Null where an Electron window can be opened; else why not, as the beginning of a sentence. */
export async function electronReason(): Promise<string | null> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY) return "There is no display here";
  if (process.getuid?.() === 0) return "Electron's sandbox does not run as root";
  if (!existsSync(home)) return "Electron is not among the installed packages";
  if (!binary()) await fetchBinary();
  return binary() ? null : "Electron's program could not be fetched";
}

/** Its package brings no binary: that comes with the first start. */
async function fetchBinary(): Promise<void> {
  process.stdout.write("Fetching Electron\n");
  const child = spawn(process.execPath, [join(home, "install.js")], { stdio: "ignore", cwd: root });
  const limit = setTimeout(() => child.kill(), 180_000);
  await new Promise((done) => child.once("close", done).once("error", done));
  clearTimeout(limit);
}

function binary(): string | null {
  const list = join(home, "path.txt");
  if (!existsSync(list)) return null;
  const path = join(home, "dist", readFileSync(list, "utf8").trim());
  return existsSync(path) ? path : null;
}

export type Ended = { state: "closed"; code: number } | { state: "failed"; why: string };

/** Runs until the window is closed. One that ends at once with a failure never showed a window. */
export function runElectron(): Promise<Ended> {
  const began = Date.now();
  return new Promise((resolve) => {
    const child = spawn(binary()!, [root], { stdio: "inherit", cwd: root });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    child.on("error", (error) => resolve({ state: "failed", why: error.message }));
    child.on("close", (code, signal) => {
      const failed = code !== 0 && Date.now() - began < 10_000 && signal !== "SIGINT" && signal !== "SIGTERM";
      resolve(failed ? { state: "failed", why: signal ?? `exit code ${code}` } : { state: "closed", code: code ?? 0 });
    });
  });
}
