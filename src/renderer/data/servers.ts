import { afterChanges, type Connection, type Prompt, type Server, type ServerChanges } from "../../contract/index.ts";
import { client, linkState } from "../link.ts";
import { createLive, newest } from "./live.ts";

export const servers = createLive<Server[], ServerChanges>((signal) => client.servers.watch({}, { signal }), (before, told) => afterChanges(before ?? [], told));
/** With nothing behind the window no server is known to be there: what was last known is shown as such. */
linkState.subscribe(() => {
  if (linkState.get() !== "stopped" && linkState.get() !== "refused") return;
  const now = Date.now();
  const known = servers.get();
  // Nothing was ever heard: that is not the same as no servers.
  if (known) servers.put(known.map((server) => ({ ...server, connection: { state: "offline" }, lastSeenAt: answers(server) ? now : server.lastSeenAt })));
  // Who asked them is gone, and nobody waits for an answer.
  prompts.put([]);
});
export const prompts = createLive<Prompt[]>((signal) => client.prompts.watch({}, { signal }), newest);

export type Tone = "ok" | "warn" | "bad" | "idle";

const words: Record<Connection["state"], { word: string; tone: Tone }> = {
  offline: { word: "Not connected", tone: "idle" },
  connecting: { word: "Connecting", tone: "warn" },
  verifying: { word: "Signing in", tone: "warn" },
  installing: { word: "Preparing", tone: "warn" },
  ready: { word: "Ready", tone: "ok" },
  silent: { word: "No answer", tone: "warn" },
  reconnecting: { word: "Reconnecting", tone: "warn" },
  "needs-you": { word: "Waits for an answer", tone: "warn" },
  failed: { word: "Failed", tone: "bad" },
};
export const connectionWord = (connection: Connection) => words[connection.state];

/** Whether calls to its agent make sense now. */
export const answers = (server: Server) => server.connection.state === "ready" || server.connection.state === "silent";

/** Nothing of ours was ever put there: its agent never answered, and preparing it never began. */
export const isUnknown = ({ hello, begun, lastSeenAt }: Server) => hello === null && !begun && lastSeenAt === null;

export function loginOf(server: Server): string {
  if (!server.login) return "This machine";
  const { user, address, port } = server.login;
  const host = address.includes(":") ? `[${address}]` : address;
  return `${user}@${host}${port === 22 ? "" : `:${port}`}`;
}

/** Two letters for the rail: the initials of two words, else the first two letters or digits; of an IP address, and of a long number, the end. */
export function lettersOf(name: string): string {
  const number = /^\d+\.\d+\.\d+\.(\d+)$/.exec(name)?.[1] ?? /\d{2,}$/.exec(name)?.[0];
  if (number) return number.slice(-2);
  const parts = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const [first = "", second] = parts;
  const letters = second ? `${[...first][0]}${[...second][0]}` : [...first].slice(0, 2).join("");
  return letters.toUpperCase() || "·";
}
