import { expect, test } from "vitest";
import type { RawTicket } from "@aeroplane/agent/contract";
import type { AgentClient } from "../agent/client.ts";
import { createTransfers } from "./transfers.ts";

const log = { type: "service", id: "web", environmentId: "production" } as const;
const ticket: RawTicket = { id: "ticket", secret: "s", size: 1, name: "web.log", expiresAt: 0 };

/** A log's download that is cancelled at that moment: what came of it, what the person was asked, and what the server was told. */
async function cancelledAt(moment: "reading" | "choosing", { browser = false } = {}) {
  const stop = new AbortController();
  const [asked, told]: [string[], string[]] = [[], []];
  const reach = (at: typeof moment) => at === moment && stop.abort();
  const client = { services: { download: async () => (reach("reading"), ticket) } };
  const raw = { exchange: ({ method, path }: { method: string; path: string }) => (told.push(`${method} ${path.split("/").at(-1)}`), { sent: { end() {} }, answer: Promise.reject(new Error("away")) }) };
  const files = {
    chooseSave: async (name: string) => (asked.push(name), reach("choosing"), "/nonexistent/web.log"),
    chooseOpen: async () => null,
    show() {},
  };
  const transfers = createTransfers({ reach: () => ({ agent: { client, raw } as unknown as AgentClient, name: "fra" }), files: browser ? null : files });
  const begun = await transfers.downloadLog({ serverId: "fra", log }, stop.signal);
  return { begun, asked, told };
}

test("a download that was cancelled while the server read asks for no place and does not begin, nor does one that was while a place was chosen", async () => {
  expect(await cancelledAt("reading")).toEqual({ begun: null, asked: [], told: ["DELETE ticket"] });
  expect(await cancelledAt("reading", { browser: true })).toEqual({ begun: null, asked: [], told: ["DELETE ticket"] });
  expect(await cancelledAt("choosing")).toEqual({ begun: null, asked: ["web.log"], told: ["DELETE ticket"] });
});
