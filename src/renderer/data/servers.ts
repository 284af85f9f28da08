import type { Connection, Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { createLive } from "./live.ts";

export const servers = createLive((signal) => client.servers.watch({}, { signal }));
export const prompts = createLive((signal) => client.prompts.watch({}, { signal }));

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
