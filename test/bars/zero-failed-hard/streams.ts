// Visitors that stay: one at a WebSocket, one at events. Whoever is let go comes again at once.
import { get, type IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { APP_HEADER } from "../../load/plan.ts";

export type Door = { port: number; hostname: string };

/** One stream from its beginning to its end; `why`: null where it was ended as an app ends it and nothing was missing. */
export type Stay = { kind: "WebSocket" | "events"; release: string; parts: number; endedAt: number; why: string | null };

const EVERY_MS = 100;
/** In the app's words: Caddy adds nothing to the answer that a WebSocket begins with. */
const releaseIn = (headers: IncomingHttpHeaders) => String(headers[APP_HEADER]);
/** By the visitor itself, when all is over. */
const LEFT = "left";

/** Stays until the signal fires; what it says then is no end of a stream. `came`: with each part, the release that it is from; `ended`: the one that it was from. */
export async function stayAt(kind: Stay["kind"], door: Door, signal: AbortSignal, came: (release: string) => void, ended: (release: string) => void): Promise<Stay[]> {
  const stays: Stay[] = [];
  while (!signal.aborted) {
    const stay = await once[kind](door, signal, came);
    if (stay.why === LEFT) break;
    stays.push(stay);
    ended(stay.release);
    if (stay.parts === 0) await sleep(EVERY_MS);
  }
  return stays;
}

const once: Record<Stay["kind"], (door: Door, signal: AbortSignal, came: (release: string) => void) => Promise<Stay>> = {
  WebSocket: ({ port, hostname }, signal, came) =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host: hostname } });
      let [release, sent, parts] = ["", 0, 0];
      let missing: string | null = null;
      const sending = setInterval(() => void (socket.readyState === WebSocket.OPEN && socket.send(String(sent++))), EVERY_MS);
      const leave = () => socket.terminate();
      signal.addEventListener("abort", leave);
      const end = (why: string | null) => {
        clearInterval(sending);
        signal.removeEventListener("abort", leave);
        resolve({ kind: "WebSocket", release, parts, endedAt: Date.now(), why: signal.aborted ? LEFT : (why ?? missing) });
      };
      socket.on("upgrade", ({ headers }) => (release = releaseIn(headers)));
      socket.on("message", (data: Buffer) => {
        if (String(data) !== String(parts)) missing ??= `an echo is missing: ${String(data)} instead of ${parts}`;
        parts += 1;
        came(release);
      });
      socket.on("error", (error) => end(error.message));
      socket.on("close", (code) => end(code === 1001 ? null : `closed with ${code}`));
    }),
  events: ({ port, hostname }, signal, came) =>
    new Promise((resolve) => {
      let [release, text] = ["", ""];
      const end = (why: string | null) => {
        const numbers = [...text.matchAll(/^data: (\d+)$/gm)].map(([, number]) => Number(number));
        const missing = numbers.findIndex((number, at) => number !== at);
        const whole = missing === -1 ? null : `the event ${missing} is missing`;
        resolve({ kind: "events", release, parts: numbers.length, endedAt: Date.now(), why: signal.aborted ? LEFT : (why ?? whole) });
      };
      const call = get({ host: "127.0.0.1", port, path: "/events", agent: false, headers: { host: hostname }, signal }, (response) => {
        release = releaseIn(response.headers);
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
          came(release);
        });
        response.on("error", (error) => end(error.message));
        response.on("end", () => end(response.statusCode === 200 && text.includes("event: goodbye") ? null : `status ${response.statusCode}, ended without a word`));
      });
      call.on("error", (error) => end(error.message));
    }),
};
