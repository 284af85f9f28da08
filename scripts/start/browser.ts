import { spawn } from "node:child_process";
import type { WebHost } from "../../src/web/host.ts";
import { leadTo } from "../../src/web/lead.ts";

/** Only where somebody can see it, and never for root: a browser of root's is no favour. */
export function mayOpen(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, CI } = process.env;
  if (CI || !process.stdout.isTTY || process.getuid?.() === 0) return false;
  return process.platform !== "linux" || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

export const opener = (): string[] => ({ darwin: ["open"], win32: ["explorer.exe"] })[process.platform as string] ?? ["xdg-open"];

/** Everybody on this computer may read what a program is started with: it gets the name of a file that only its owner can read. */
export async function openBrowser([program, ...args]: string[], served: Pick<WebHost, "invite">, parent?: string): Promise<() => Promise<void>> {
  const { url, over } = served.invite();
  // Without a place for it the person has the address to open.
  const lead = await leadTo(url, parent).catch(() => null);
  if (lead === null) return async () => {};
  const { path, remove } = lead;
  spawn(program!, [...args, path], { stdio: "ignore", detached: true }).on("error", () => {}).unref();
  void over.then(remove).catch(() => {});
  return remove;
}
