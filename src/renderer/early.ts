// Runs before the rest of the window's script is there: what the window shows first is asked for meanwhile.
import { FIRST_LOOK_PATH, WEB_CODE_HEADER, WEB_SESSION_PATH, WEB_TOKEN_HEADER, type AeroplaneWindow } from "../contract/window.ts";
import type { FirstLook } from "../contract/index.ts";
import { KEPT } from "./kept.ts";

const TOKEN = "aeroplane.token";
/** Milliseconds after which it is no first look any more. */
const LATE = 2000;

/** What Electron's preload has put there; nothing in a browser. */
export const electron = (window as { aeroplane?: AeroplaneWindow }).aeroplane;

/**
 * The token comes once, in the fragment that no server sees, or for a code there that is good once; it stays in this tab
 * alone. The fragment is empty when this returns.
 */
async function takeToken(): Promise<string> {
  const said = new URLSearchParams(location.hash.slice(1));
  const [token, code] = [said.get("token"), said.get("code")];
  if (token || code) history.replaceState(null, "", location.pathname + location.search);
  const given = token || (code && (await tokenFor(code)));
  if (given) sessionStorage.setItem(TOKEN, given);
  return given || (sessionStorage.getItem(TOKEN) ?? "");
}

/** Null: it was used, or is too old. */
async function tokenFor(code: string): Promise<string | null> {
  const answer = await fetch(WEB_SESSION_PATH, { method: "POST", headers: { [WEB_CODE_HEADER]: code } }).catch(() => null);
  return answer?.ok ? answer.text() : null;
}

async function look(known: Promise<string>): Promise<FirstLook | null> {
  const token = await known;
  if (!token) return null;
  try {
    const answer = await fetch(FIRST_LOOK_PATH + lookedAt, { method: "POST", headers: { [WEB_TOKEN_HEADER]: token }, signal: AbortSignal.timeout(LATE) });
    return answer.ok ? ((await answer.json()) as FirstLook | null) : null;
  } catch {
    // The link asks for the same, and says what is wrong.
    return null;
  }
}

/** The server that was looked at last: the one whose state is asked for. */
export const lookedAt = readLast();

function readLast(): string {
  try {
    const { serverId } = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as { serverId?: unknown };
    return typeof serverId === "string" && /^[0-9a-f-]{36}$/.test(serverId) ? serverId : "";
  } catch {
    return "";
  }
}

/** Of the program behind a browser's page; Electron hands over a port instead. */
export const token = electron ? Promise.resolve("") : takeToken();
export const firstLook = electron ? Promise.resolve(null) : look(token);

/** What Electron's preload posts when the document is there, which may be before the window's script listens: its port above all. */
const held: MessageEvent[] = [];
// Said again they are the window's own: no other window's words may become that.
const hold = (event: MessageEvent) => void (event.source === window && held.push(event));
if (electron) addEventListener("message", hold);

/** Says them again to who listens by now. */
export function tellHeld(): void {
  removeEventListener("message", hold);
  for (const { data, ports } of held.splice(0)) dispatchEvent(new MessageEvent("message", { data: data as unknown, ports: [...ports], source: window }));
}
