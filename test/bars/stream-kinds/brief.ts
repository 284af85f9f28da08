// The kinds that end at once: what HTTP/1.1 has beside a request and its answer.
import type { ClientRequest } from "node:http";
import { connect } from "node:net";
import { WebSocket } from "ws";
import { block } from "./app.ts";
import { bytesOf, callOf, toldBy, type Place } from "./call.ts";

export type Brief = {
  name: string;
  run: (place: Place, signal: AbortSignal) => Promise<unknown>;
  /** Another one through Caddy, whatever it is told: why, and what is left to compare. */
  other?: { why: string; left: (seen: never) => unknown };
};

const text = ({ body, ...rest }: Awaited<ReturnType<typeof callOf>>) => ({ ...rest, body: body.toString("latin1").slice(0, 2000) });
const simple = (name: string, path: string, more: Omit<Parameters<typeof callOf>[1], "path"> = {}): Brief => ({ name, run: async (place, signal) => text(await callOf(place, { path, ...more }, signal)) });

/** An app has a second to ask for a body (0026); later Caddy has asked in its place. */
const ASKS_WITHIN_MS = 900;

/** The body follows when the app has asked for it; `sent`: how often it did. */
const expecting = (path: string) => async (place: Place, signal: AbortSignal) => {
  let sent = 0;
  let late = false;
  const began = performance.now();
  const seen = await callOf(place, {
    path,
    method: "POST",
    headers: { expect: "100-continue", "content-length": "100000" },
    send: (call) => call.flushHeaders(),
    onContinue: (call) => {
      sent += 1;
      late ||= performance.now() - began > ASKS_WITHIN_MS;
      if (sent === 1) call.end(block(1, 100_000));
    },
  }, signal);
  return { status: seen.status, body: String(seen.body), sent, late };
};
type Asked = Awaited<ReturnType<ReturnType<typeof expecting>>>;

const LARGE = 64 * 1024;

export const briefKinds: Brief[] = [
  { name: "100-continue", run: expecting("/take"), other: { why: "Go asks by itself as soon as the body is read, and Caddy passes on that the app has asked: where the first is quicker, a visitor is asked twice", left: ({ status, body, sent }: Asked) => ({ status, body, asked: sent > 0 }) } },
  { name: "100-continue that is refused", run: expecting("/refuse"), other: { why: "the app took longer than a second, so that Caddy asked in its place", left: ({ status, body, sent, late }: Asked) => ({ status, body, sent: late ? 0 : sent }) } },
  simple("early hints", "/hints"),
  simple("trailers of an answer", "/trailers", { headers: { te: "trailers" } }),
  {
    name: "trailers of a request",
    run: async (place, signal) => {
      const send = (call: ClientRequest) => {
        call.write("body");
        call.addTrailers({ "X-Sum": "abc" });
        call.end();
      };
      return text(await callOf(place, { path: "/take", method: "POST", headers: { trailer: "X-Sum", "transfer-encoding": "chunked" }, send }, signal));
    },
    other: { why: "Caddy passes a request on before its end and what comes behind its body is dropped", left: ({ status, body }: { status: number; body: string }) => ({ status, bytes: (JSON.parse(body) as { bytes: number }).bytes }) },
  },
  simple("64 kB of headers of a request", "/headers?answer=1", { headers: { "x-large": "x".repeat(LARGE), cookie: "c=d" } }),
  simple("64 kB of headers of an answer", `/headers?answer=${LARGE}`),
  simple("an answer in parts", "/parts"),
  simple("HEAD", "/plain", { method: "HEAD" }),
  simple("204", "/nothing"),
  simple("304", "/unchanged"),
  simple("content that is encoded already", "/gzip", { headers: { "accept-encoding": "gzip" } }),
  simple("content that is encoded unasked", "/gzip"),
  {
    ...simple("an answer that breaks off", "/broken"),
    other: { why: "the first 4 KB of an answer whose length is stated are sent when they are whole, so that its beginning may break off too", left: (seen: object) => "error" in seen || ("whole" in seen && !seen.whole) },
  },
  simple("an answer in parts that breaks off", "/broken-parts"),
  ...["/plain", "/parts"].flatMap((path): Brief[] => [
    { name: `HTTP/1.0 ${path}`, run: async (place) => toldBy(await bytesOf(place, `GET ${path} HTTP/1.0\r\nHost: ${place.host}\r\n\r\n`)) },
    { name: `HTTP/1.0 kept alive ${path}`, run: async (place) => ({ ...toldBy(await bytesOf(place, `GET ${path} HTTP/1.0\r\nHost: ${place.host}\r\nConnection: keep-alive\r\n\r\n`)), closed: null }) },
  ]),
  {
    name: "HTTP/1.0 with a body",
    run: async (place) => toldBy(await bytesOf(place, `POST /take HTTP/1.0\r\nHost: ${place.host}\r\nContent-Length: 4\r\n\r\nbody`)),
  },
  {
    name: "pipelining",
    run: async (place) => {
      // The first answers last of all by itself.
      const requests = Array.from({ length: 10 }, (_, number) => `GET /order?number=${number}&milliseconds=${(9 - number) * 20} HTTP/1.1\r\nHost: ${place.host}\r\n${number === 9 ? "Connection: close\r\n" : ""}\r\n`);
      const { text: answers, closed } = await bytesOf(place, requests.join(""));
      return { order: [...answers.matchAll(/answer (\d)/g)].map((found) => found[1]), closed };
    },
  },
  {
    name: "pipelining of bodies, cut anywhere",
    run: async (place) => {
      const post = `POST /take HTTP/1.1\r\nHost: ${place.host}\r\nContent-Length: 4\r\n\r\nbody`;
      const parts = `POST /take HTTP/1.1\r\nHost: ${place.host}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n`;
      const all = post + post + parts;
      const { text: answers, closed } = await bytesOf(place, [all.slice(0, 30), all.slice(30, 117), all.slice(117)]);
      return { bytes: [...answers.matchAll(/"bytes":(\d+)/g)].map((found) => found[1]), closed };
    },
  },
  {
    name: "an upgrade that is refused",
    run: (place) =>
      new Promise((resolve) => {
        const ws = new WebSocket(`ws://127.0.0.1:${place.port}/not`, { headers: { host: place.host } });
        ws.on("unexpected-response", (_, response) => {
          response.resume();
          resolve({ status: response.statusCode });
        });
        ws.on("error", (error) => resolve({ error: error.message }));
      }),
  },
  {
    name: "a half-closed connection",
    run: (place) =>
      new Promise((resolve, reject) => {
        const parts: Buffer[] = [];
        const socket = connect({ port: place.port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.end(`GET /order?number=1&milliseconds=100 HTTP/1.1\r\nHost: ${place.host}\r\nConnection: close\r\n\r\n`));
        socket.on("data", (part: Buffer) => parts.push(part));
        socket.on("end", () => resolve({ answered: Buffer.concat(parts).includes("answer 1") }));
        socket.on("error", reject);
      }),
  },
];
