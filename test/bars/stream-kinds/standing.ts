// The kinds that stand for long: each begins, is left alone or slow, and has to end as if nobody were between.
import { createHash } from "node:crypto";
import type { ClientRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { block, BLOCK } from "./app.ts";
import { callOf, type Place } from "./call.ts";

export type Times = { eventsSeconds: number; socketSeconds: number; upload: { megabytes: number; perSecond: number }; download: { megabytes: number; perSecond: number } };

export const whole: Times = { eventsSeconds: 180, socketSeconds: 600, upload: { megabytes: 1024, perSecond: 1.048_576 }, download: { megabytes: 64, perSecond: 0.1 } };
export const scaled: Times = { eventsSeconds: 3, socketSeconds: 4, upload: { megabytes: 16, perSecond: 4 }, download: { megabytes: 4, perSecond: 1 } };

/** `begun` is called when the stream stands: from there on targets may be switched. */
export type Standing = { name: string; run: (place: Place, times: Times, signal: AbortSignal, begun: () => void) => Promise<unknown> };

const MB = 1_048_576;

export const standingKinds: Standing[] = [
  {
    name: "SSE that is silent",
    async run(place, { eventsSeconds }, signal, begun) {
      const parts: { text: string; at: number }[] = [];
      const from = Date.now();
      const seen = await callOf(place, {
        path: `/events?milliseconds=${eventsSeconds * 1000}`,
        take: async (response) => {
          for await (const part of response as AsyncIterable<Buffer>) {
            if (parts.push({ text: String(part), at: Date.now() - from }) === 1) begun();
          }
        },
      }, signal);
      // Each event came by itself, the first before the silence.
      const apart = parts.length === 2 && parts[0]!.at < eventsSeconds * 500 && parts[1]!.at >= eventsSeconds * 990;
      return { status: seen.status, headers: seen.headers, whole: seen.whole, text: parts.map(({ text }) => text).join(""), apart };
    },
  },
  {
    name: "WebSocket that is silent",
    run: (place, { socketSeconds }, signal, begun) =>
      new Promise((resolve, reject) => {
        const ws = new WebSocket(`ws://127.0.0.1:${place.port}/ws`, { headers: { host: place.host }, perMessageDeflate: false });
        const got: string[] = [];
        const large = block(7, 1_000_000);
        signal.addEventListener("abort", () => ws.terminate(), { once: true });
        ws.on("error", reject);
        ws.on("open", () => ws.send("first"));
        ws.on("close", (code) => resolve({ got, code }));
        ws.on("message", (data: Buffer, binary) => {
          got.push(binary ? createHash("sha256").update(data).digest("hex") : String(data));
          if (got.length === 1) {
            begun();
            void sleep(socketSeconds * 1000, undefined, { signal }).then(() => ws.send("after the silence"), () => {});
          } else if (got.length === 2) ws.send(large);
          else ws.close(4001);
        });
      }),
  },
  {
    name: "slow upload",
    run: (place, { upload }, signal, begun) => uploaded(place, upload, signal, begun, true),
  },
  {
    name: "slow upload of no stated length",
    run: (place, { upload }, signal, begun) => uploaded(place, { ...upload, megabytes: upload.megabytes / 8, perSecond: upload.perSecond / 8 }, signal, begun, false),
  },
  {
    name: "slow download",
    run: (place, { download }, signal, begun) => downloaded(place, download, signal, begun, true),
  },
  {
    name: "slow download of no stated length",
    run: (place, { download }, signal, begun) => downloaded(place, download, signal, begun, false),
  },
];

async function uploaded(place: Place, { megabytes, perSecond }: Times["upload"], signal: AbortSignal, begun: () => void, stated: boolean) {
  const blocks = (megabytes * MB) / BLOCK;
  const hash = createHash("sha256");
  const send = async (call: ClientRequest) => {
    const from = Date.now();
    for (let at = 0; at < blocks; at += 1) {
      const bytes = block(at, BLOCK);
      hash.update(bytes);
      if (!call.write(bytes)) await new Promise<void>((resolve) => call.once("drain", resolve));
      if (at === 4) begun();
      const due = from + (((at + 1) * BLOCK) / MB / perSecond) * 1000;
      if (due > Date.now()) await sleep(due - Date.now(), undefined, { signal });
    }
    call.end();
  };
  const headers: Record<string, string> = stated ? { "content-length": String(blocks * BLOCK) } : {};
  const { status, body } = await callOf(place, { path: "/take", method: "POST", headers, send }, signal);
  const told = JSON.parse(String(body)) as { bytes: number; sha256: string };
  return { status, told, same: told.sha256 === hash.digest("hex") };
}

async function downloaded(place: Place, { megabytes, perSecond }: Times["download"], signal: AbortSignal, begun: () => void, stated: boolean) {
  const blocks = (megabytes * MB) / BLOCK;
  const hash = createHash("sha256");
  let bytes = 0;
  const seen = await callOf(place, {
    path: `/give?blocks=${blocks}${stated ? "&length" : ""}`,
    take: async (response) => {
      const from = Date.now();
      for await (const part of response as AsyncIterable<Buffer>) {
        if (bytes === 0) begun();
        hash.update(part);
        bytes += part.length;
        const due = from + (bytes / MB / perSecond) * 1000;
        if (due > Date.now()) await sleep(due - Date.now(), undefined, { signal });
      }
    },
  }, signal);
  return { status: seen.status, headers: seen.headers, whole: seen.whole, bytes, sha256: hash.digest("hex") };
}
