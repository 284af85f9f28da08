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

test.each([false, true])("a download that never has a place to go to is let go of on the server (in a browser: %s)", async (browser) => {
  const { promise: told, resolve } = Promise.withResolvers<string>();
  const raw = { exchange: ({ method, path }: { method: string; path: string }) => (resolve(`${method} ${path.split("/").at(-1)}`), { sent: { end() {} }, answer: Promise.reject(new Error("away")) }) };
  const client = { services: { download: async () => ticket } };
  const files = { chooseSave: async () => "/nonexistent/web.log", chooseOpen: async () => null, show() {} };
  const transfers = createTransfers({ reach: () => ({ agent: { client, raw } as unknown as AgentClient, name: "fra" }), files: browser ? null : files });
  const begun = await transfers.downloadLog({ serverId: "fra", log });
  if (browser) transfers.cancel(begun!.transfer.id);
  expect(await told).toBe("DELETE ticket");
});

test("each log is asked for where it is kept", async () => {
  const asked: unknown[] = [];
  const answer = (procedure: string) => async (input: unknown) => (asked.push([procedure, input]), ticket);
  const client = { deployments: { download: answer("deployments.download") }, runs: { download: answer("runs.download") }, services: { download: answer("services.download"), downloadFound: answer("services.downloadFound") } };
  const agent = { client, raw: { exchange: () => ({ sent: { end() {} }, answer: Promise.reject(new Error("away")) }) } } as unknown as AgentClient;
  const transfers = createTransfers({ reach: () => ({ agent, name: "fra" }), files: null });
  const place = { id: "a", environmentId: "e" };
  for (const one of [{ type: "deployment", id: "a" }, { type: "command", id: "a" }, { type: "service", ...place }, { type: "service", ...place, filter: { text: "x" } }] as const) await transfers.downloadLog({ serverId: "fra", log: one });
  expect(asked).toEqual([["deployments.download", { id: "a" }], ["runs.download", { id: "a" }], ["services.download", place], ["services.downloadFound", { ...place, filter: { text: "x" } }]]);
  transfers.close();
});

test("a file for a volume is begun with its size, and taken from the page that was told the secret alone", async () => {
  const asked: unknown[] = [];
  const client = { volumes: { upload: async (input: unknown) => (asked.push(input), ticket), download: async (input: unknown) => (asked.push(input), ticket) } };
  const agent = { client, raw: { turn: () => new Promise(() => {}) } } as unknown as AgentClient;
  const transfers = createTransfers({ reach: () => ({ agent, name: "fra" }), files: null });
  const volume = { id: "v", environmentId: "e" };
  const { offer } = await transfers.uploadFile({ serverId: "fra", volume, path: "a/new.txt", file: { name: "new.txt", size: 6 } });
  const part = { id: offer.id, secret: offer.secret, at: 0, bytes: Buffer.from("abc").toString("base64") };
  await expect(transfers.bring({ ...part, secret: "another" })).rejects.toMatchObject({ problem: { code: "RAW_TICKET_UNKNOWN" } });
  await transfers.bring(part);
  // Each part in its place.
  await expect(transfers.bring(part)).rejects.toMatchObject({ problem: { code: "RAW_OFFSET" } });
  const down = await transfers.downloadFile({ serverId: "fra", volume, path: "a" });
  await expect(transfers.bring({ ...part, id: down!.offer!.id, secret: down!.offer!.secret })).rejects.toMatchObject({ problem: { code: "RAW_TICKET_UNKNOWN" } });
  expect(asked).toEqual([{ ...volume, path: "a/new.txt", size: 6 }, { ...volume, path: "a" }]);
  transfers.close();
});
