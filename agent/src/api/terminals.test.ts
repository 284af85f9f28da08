import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient, safe } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AgentContract } from "../../contract/index.ts";
import { listAudit } from "../audit/index.ts";
import { createPerson } from "../store/index.ts";
import { openRooms } from "./rooms.fixture.ts";

let rooms: ReturnType<typeof openRooms>;
beforeEach(() => void (rooms = openRooms()));
afterEach(() => rooms.close());

type Client = ContractRouterClient<AgentContract>;
/** No login: the shell of whoever runs this. */
const client = (desktop = "laptop", key: string | null = null, login: string | null = null): Client =>
  createRouterClient(rooms.router, { context: { login, desktop, key } });
const codeOf = async (call: Promise<unknown>) => ((await safe(call)).error as { code?: string } | null)?.code;
const size = { rows: 24, columns: 80 };
const typed = (text: string) => Buffer.from(text).toString("base64");

const trail = async () => (await listAudit(rooms.core.db, { limit: 50 })).rows.map(({ procedure, outcome }) => [procedure, outcome]);

/** Reads on from a position until the text is there. */
async function readUntil(from: Client, id: string, word: string, after?: string) {
  let text = "";
  for await (const batch of await from.terminals.output({ id, after })) {
    text += Buffer.from(batch.data, "base64").toString();
    await from.terminals.taken({ id, cursor: batch.cursor });
    if (text.includes(word) || batch.ended) return { text, ...batch };
  }
  throw new Error("It ended without a word");
}

test("a shell is opened, typed into, left and come back to", async () => {
  const { id } = await client().terminals.openServer(size);
  const [writer, write] = [uuid(), client().terminals.write];
  await Promise.all(["echo before", "-$((40", "+2))\n"].map((text, sequence) => write({ id, writer, sequence, data: typed(text) })).reverse());
  const { cursor } = await readUntil(client(), id, "before-42");
  await write({ id, writer, sequence: 3, data: typed("echo after-$((1+1)); exit 3\n") });
  const end = await readUntil(client("other"), id, "\u0000never", cursor);
  expect({ before: end.text.includes("before-42"), after: end.text.includes("after-2"), ended: end.ended, code: end.exitCode }).toEqual({
    before: false,
    after: true,
    ended: true,
    code: 3,
  });
  expect(await client().terminals.list({})).toMatchObject([{ id, ended: true, exitCode: 3 }]);
  expect(await trail()).toEqual([["terminal.ended", "ok"], ["terminals.openServer", "ok"]]);
});

test("opening and closing are in the audit trail, what was typed is nowhere", async () => {
  const key = uuid();
  const [{ id }, again] = await Promise.all([client("laptop", key).terminals.openServer(size), client("laptop", key).terminals.openServer(size)]);
  expect(again.id).toBe(id);
  await client().terminals.write({ id, writer: uuid(), sequence: 0, data: typed("echo hunter2-typed\n") });
  await client().terminals.resize({ id, rows: 30, columns: 100 });
  await readUntil(client(), id, "hunter2-typed");
  await client().terminals.close({ id });
  const { rows } = await listAudit(rooms.core.db, { limit: 50 });
  expect(await trail()).toEqual([["terminals.close", "ok"], ["terminals.openServer", "ok"]]);
  expect(JSON.stringify(rows)).not.toMatch(/hunter2|aHVudGVy/);
  expect(await codeOf(client().terminals.write({ id, writer: uuid(), sequence: 0, data: "" }))).toBe("TERMINAL_GONE");
});

test("another login neither sees nor reaches it", async () => {
  const { id } = await client().terminals.openServer(size);
  const other = client("laptop", null, "mallory");
  expect([
    await other.terminals.list({}),
    await codeOf(other.terminals.write({ id, writer: uuid(), sequence: 0, data: "" })),
    await codeOf(other.terminals.resize({ id, ...size })),
    await codeOf(Promise.resolve(other.terminals.output({ id })).then((stream) => stream.next())),
    await codeOf(other.terminals.close({ id })),
    (await client().terminals.list({})).length,
  ]).toEqual([[], "TERMINAL_GONE", "TERMINAL_GONE", "TERMINAL_GONE", undefined, 1]);
});

test("a service without a release has no container to look into", async () => {
  const project = await client().projects.create({ name: "shop" });
  const config = { source: { type: "image" as const, reference: "nginx:1" } };
  const service = await client().services.create({ environmentId: project.environments[0]!.id, name: "web", shape: "web", config });
  expect(await codeOf(client().terminals.openService({ serviceId: service.id, ...size }))).toBe("NOTHING_DEPLOYED");
});

test("who was invited to the agent gets no shell on the server, whatever their role", async () => {
  const person = { id: uuid(), name: "Eve", role: "owner" as const, publicKey: "ssh-ed25519 AAAA", fingerprint: "SHA256:x" };
  createPerson(rooms.core.db, person);
  const eve: Client = createRouterClient(rooms.router, { context: { login: "aeroplane", desktop: null, key: null, personId: person.id } });
  expect(await codeOf(eve.terminals.openServer(size))).toBe("TERMINAL_NO_LOGIN");
});
