// Visitors that send much, and visitors that ask before they send.
import { createHash } from "node:crypto";
import type { ClientRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { callOf, type Place } from "../stream-kinds/call.ts";
import { block, BLOCK } from "../stream-kinds/app.ts";
import type { Door } from "./streams.ts";

export type Sent = { count: number; failures: string[] };

const MB = 1_048_576;
const placeOf = ({ port, hostname }: Door): Place => ({ name: "edge", port, host: hostname });

/** One after the other until the signal fires; the one that is under way then is sent to its end. */
async function again(signal: AbortSignal, pauseMs: number, one: () => Promise<string | null>): Promise<Sent> {
  const told: Sent = { count: 0, failures: [] };
  while (!signal.aborted) {
    const began = Date.now();
    const problem = await one().catch((error: Error) => error.message);
    told.count += 1;
    if (problem !== null) told.failures.push(`${new Date().toISOString()} after ${Date.now() - began} ms: ${problem}`);
    await sleep(pauseMs);
  }
  return told;
}

export function uploads(door: Door, megabytes: number, pauseMs: number, signal: AbortSignal, whole: AbortSignal): Promise<Sent> {
  const blocks = (megabytes * MB) / BLOCK;
  return again(signal, pauseMs, async () => {
    const hash = createHash("sha256");
    const send = async (call: ClientRequest) => {
      for (let at = 0; at < blocks && !call.destroyed; at += 1) {
        const bytes = block(at, BLOCK);
        hash.update(bytes);
        if (!call.write(bytes)) await drained(call);
      }
      call.end();
    };
    const { status, body } = await callOf(placeOf(door), { path: "/take", method: "POST", headers: { "content-length": String(blocks * BLOCK) }, send }, whole);
    if (status !== 200) return `an upload is answered with ${status}: ${String(body).slice(0, 80)}`;
    const told = JSON.parse(String(body)) as { bytes: number; sha256: string };
    return told.sha256 === hash.digest("hex") ? null : `of an upload ${told.bytes} of ${blocks * BLOCK} bytes came`;
  });
}

/** Room for more, or an answer that came before the end. */
const drained = (call: ClientRequest) =>
  new Promise<void>((resolve) => {
    const go = () => {
      call.off("drain", go).off("close", go);
      resolve();
    };
    call.on("drain", go).on("close", go);
  });

const BODY = block(3, 100_000);

export const askers = (door: Door, pauseMs: number, signal: AbortSignal, whole: AbortSignal): Promise<Sent> =>
  again(signal, pauseMs, async () => {
    let asked = 0;
    const { status, body } = await callOf(
      placeOf(door),
      {
        path: "/echo",
        method: "POST",
        headers: { expect: "100-continue", "content-length": String(BODY.length) },
        send: (call) => call.flushHeaders(),
        onContinue: (call) => {
          asked += 1;
          if (asked === 1) call.end(BODY);
        },
      },
      whole,
    );
    if (status !== 200) return `one that asks first is answered with ${status}: ${String(body).slice(0, 80)}`;
    return body.equals(BODY) ? null : "the echo of one that asked first is another";
  });
