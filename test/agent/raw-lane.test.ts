import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRouterClient } from "@orpc/server";
import { OFFSET_HEADER, RAW_PATH, TICKET_HEADER, type RawTicket } from "@aeroplane/agent/contract";
import { createDigest } from "@aeroplane/agent/lane";
import { openRooms } from "../../agent/src/api/rooms.fixture.ts";
import { createAgentServer } from "../../agent/src/server/http.ts";
import { listen } from "../../agent/src/server/sockets.ts";
import { createPerson, findRawTicket } from "../../agent/src/store/index.ts";
import { createAgentClient, type AgentClient } from "../../src/desktop/agent/client.ts";
import { give, take } from "../../src/desktop/transfers/carry.ts";
import { askOffset, sendOnce, takeOnce } from "../../src/desktop/transfers/exchange.ts";

const PERSON = "0197a000-0009-7000-8000-000000000001";
let rooms: ReturnType<typeof openRooms>;
let folder: string;
let open: Set<Socket>;
let owner: AgentClient;
let viewer: AgentClient;
const ends: (() => void)[] = [];

async function serve(name: string, login: string | null, person: string | null): Promise<AgentClient> {
  const path = join(folder, `${name}.sock`);
  const server = createAgentServer(rooms.served, login, () => person);
  await listen(server, { path, login: null });
  const agent = createAgentClient(async () => {
    const socket = createConnection(path);
    open.add(socket);
    return socket;
  });
  ends.push(() => {
    agent.close();
    server.close();
    server.closeAllConnections();
  });
  return agent;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-raw-"));
  open = new Set();
  rooms = openRooms();
  createPerson(rooms.core.db, { id: PERSON, name: "Vera", role: "viewer", publicKey: "ssh-ed25519 AAAA", fingerprint: "SHA256:x" });
  owner = await serve("owner", "root", null);
  viewer = await serve("viewer", "aeroplane", PERSON);
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await rooms.close();
  rmSync(folder, { recursive: true });
});

const signal = new AbortController().signal;
const codeOf = (work: Promise<unknown>) => work.then(() => "ok", (error: { problem?: { code: string }; code?: string; message: string }) => error.problem?.code ?? error.code ?? error.message);
const carrying = (agent: AgentClient, ticket: RawTicket) => ({ reach: () => ({ agent, name: "fra-1", back: async () => agent }), ticket, signal, onProgress: () => {}, onWaiting: () => {} });

async function service(): Promise<{ environmentId: string; serviceId: string }> {
  const { client } = owner;
  const project = await client.projects.create({ name: "shop" });
  const environmentId = project.environments[0]!.id;
  const made = await client.services.create({ environmentId, name: "web", shape: "web", config: { source: { type: "image", reference: "nginx:1" } } });
  return { environmentId, serviceId: made.id };
}

test("a log is taken whole, over connections that break, and its copy goes when it was", async () => {
  const { serviceId } = await service();
  const ticket = await viewer.client.services.download({ id: serviceId });
  let text = "";
  let cuts = 0;
  await take({
    ...carrying(viewer, ticket),
    sink: {
      async write(chunk) {
        if (cuts++ === 0) for (const socket of open) socket.destroy();
        text += Buffer.from(chunk).toString();
      },
    },
  });
  expect(text).toBe("2026-01-02T03:04:05.678Z first\n2026-01-02T03:04:06.000Z second\n");
  expect(readdirSync(rooms.core.paths.rawTmp)).toEqual([]);
  expect(await codeOf(takeOnce({ agent: viewer, ticket, signal, from: 0, digest: createDigest(), sink: { write: async () => {} } }))).toBe("RAW_TICKET_UNKNOWN");
});

test("what was found in a log is taken alone, under a name that says so", async () => {
  const { serviceId } = await service();
  const ticket = await viewer.client.services.downloadFound({ id: serviceId, filter: { text: "Second" } });
  let text = "";
  await take({ ...carrying(viewer, ticket), sink: { write: async (chunk) => void (text += Buffer.from(chunk).toString()) } });
  expect(ticket.name).toMatch(/^web-found-second-\d{4}-[\dT-]+\.log$/);
  expect([text, ticket.size]).toEqual(["2026-01-02T03:04:06.000Z second\n", text.length]);
  expect((await owner.client.audit.list({})).rows[0]?.procedure).toBe("services.downloadFound");
});

test("32 MiB go down and up through cuts, and their hashes are equal", async () => {
  const size = 32 * 1024 ** 2;
  const down = await viewer.client.instance.speed({ direction: "down", size });
  const hash = createHash("sha256");
  let at = 0;
  let nextCut = 3_000_000;
  const maybeCut = (done: number) => {
    if (done < nextCut) return;
    nextCut += 6_000_000;
    for (const socket of open) socket.destroy();
    open.clear();
  };
  await take({
    ...carrying(viewer, down),
    onProgress: maybeCut,
    sink: {
      async write(chunk, offset) {
        expect(offset).toBe(at);
        at += chunk.length;
        hash.update(chunk);
      },
    },
  });
  const { madeUp } = await import("../../agent/src/raw/speed.ts");
  const expected = createDigest();
  await expected.goTo(size, madeUp(down.id));
  expect([at, hash.digest("hex")]).toEqual([size, expected.hex()]);

  nextCut = 3_000_000;
  const whole = randomBytes(size);
  const up = await viewer.client.instance.speed({ direction: "up", size });
  await give({ ...carrying(viewer, up), onProgress: maybeCut, source: { read: async (offset, most) => whole.subarray(offset, offset + most) } });
  expect(findRawTicket(rooms.core.db, up.id)!.endedAt).not.toBeNull();
});

test("a file of variables is set whole or not at all, audited by names alone, and asked for again it says the same", async () => {
  const { environmentId, serviceId } = await service();
  const scope = { environmentId, serviceId };
  await owner.client.variables.change({ ...scope, set: { B: "old" } });
  const upload = async (given: string | Buffer, stage = false) => {
    const bytes = Buffer.from(given as string);
    const ticket = await owner.client.variables.upload({ ...scope, size: bytes.length, stage });
    const source = { read: async (offset: number, most: number) => bytes.subarray(offset, offset + most) };
    return { ticket, source, once: (from = 0) => sendOnce({ agent: owner, ticket, signal, from, source, digest: createDigest(), onTaken: () => {} }) };
  };
  expect(await codeOf((await upload("A=1\nnot a line\n")).once())).toBe("VARIABLES_FILE_UNREADABLE");
  expect(await codeOf((await upload("# nothing\n")).once())).toBe("INVALID_INPUT");
  expect(await codeOf((await upload(Buffer.from([65, 61, 0xff]))).once())).toBe("VARIABLES_FILE_UNREADABLE");
  const { ticket, source, once } = await upload("A=top-secret-1\nB='two words'\nC=${{shared.X}}\n");
  const taken = await once();
  expect(taken).toEqual({ names: ["A", "B", "C"], added: 2, replaced: 1, staged: false });
  // The answer was lost on the way: the same again, and nothing twice.
  const whole = createDigest();
  whole.add(await source.read(0, ticket.size));
  expect(await askOffset({ agent: owner, ticket, signal })).toBe(ticket.size);
  expect(await sendOnce({ agent: owner, ticket, signal, from: ticket.size, source: { read: async () => new Uint8Array() }, digest: whole, onTaken: () => {} })).toEqual(taken);
  expect((await owner.client.variables.reveal({ ...scope, name: "A" })).value).toBe("top-secret-1");
  expect(await codeOf((await upload("A=${{ no reference }}\n", true)).once())).toBe("VARIABLE_REFERENCE_UNKNOWN");
  expect(await (await upload("A=top-secret-2\nD=4\n", true)).once()).toEqual({ names: ["A", "D"], added: 1, replaced: 1, staged: true });
  expect((await owner.client.staged.list({ environmentId })).map(({ name, act, by }) => `${name} ${act} ${by}`)).toEqual(["A set root", "D set root"]);
  expect((await owner.client.variables.reveal({ ...scope, name: "A" })).value).toBe("top-secret-1");
  const rows = JSON.stringify((await owner.client.audit.list({})) as unknown);
  expect(rows).toContain("variables.uploaded");
  expect(rows).not.toContain("top-secret");
});

test("a ticket is good for who asked for it, with its secret, until it ends; the role of now counts", async () => {
  const { serviceId, environmentId } = await service();
  const ticket = await owner.client.services.download({ id: serviceId });
  const from = (agent: AgentClient, given: RawTicket) => codeOf(takeOnce({ agent, ticket: given, signal, from: 0, digest: createDigest(), sink: { write: async () => {} } }));
  expect(await from(viewer, ticket)).toBe("RAW_TICKET_UNKNOWN");
  expect(await from(owner, { ...ticket, secret: `${ticket.secret.slice(1)}x` })).toBe("RAW_TICKET_UNKNOWN");
  expect(await from(owner, { ...ticket, id: PERSON })).toBe("RAW_TICKET_UNKNOWN");
  expect(await codeOf(viewer.client.variables.upload({ environmentId, serviceId, size: 4 }))).toBe("ROLE_REFUSED");
  rooms.core.db.prepare("UPDATE rawTicket SET expiresAt = ? WHERE id = ?").run(Date.now() - 1, ticket.id);
  expect(await from(owner, ticket)).toBe("RAW_TICKET_UNKNOWN");
});

test("asked again with the same key it is the same ticket with another secret", async () => {
  const { serviceId } = await service();
  const again = () => createRouterClient(rooms.served.router, { context: { login: "root", desktop: null, key: "one-key" } }).services.download({ id: serviceId });
  const [one, two] = [await again(), await again()];
  expect([two.id, two.size, two.secret === one.secret]).toEqual([one.id, one.size, false]);
  const from = (given: RawTicket) => codeOf(takeOnce({ agent: owner, ticket: given, signal, from: 0, digest: createDigest(), sink: { write: async () => {} } }));
  expect([await from(one), await from(two)]).toEqual(["RAW_TICKET_UNKNOWN", "ok"]);
});

test("the newest connection wins, and wrong offsets are told", async () => {
  const size = 64 * 1024 ** 2;
  const ticket = await viewer.client.instance.speed({ direction: "down", size });
  // It is under way when its first part has come, and takes no other until the newer one is through.
  const [begun, newer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const write = () => (begun.resolve(), newer.promise);
  const stands = codeOf(takeOnce({ agent: viewer, ticket, signal, from: 0, digest: createDigest(), sink: { write } }));
  await begun.promise;
  expect(await codeOf(takeOnce({ agent: viewer, ticket, signal, from: 0, digest: createDigest(), sink: { write: async () => {} } }))).toBe("ok");
  newer.resolve();
  expect(await stands).not.toBe("ok");
  const up = await viewer.client.instance.speed({ direction: "up", size: 10 });
  const { sent, answer } = viewer.raw.exchange({ method: "PUT", path: RAW_PATH + up.id, headers: { [TICKET_HEADER]: up.secret, [OFFSET_HEADER]: 4 } });
  sent.flushHeaders();
  const refused = await answer;
  expect([refused.statusCode, refused.headers[OFFSET_HEADER]]).toEqual([409, "0"]);
  sent.destroy();
});

test("a body that differs from its hash is thrown away, and comes again from its first byte", async () => {
  const { environmentId } = await service();
  const bytes = Buffer.from("A=1\n");
  const ticket = await owner.client.variables.upload({ environmentId, serviceId: null, size: bytes.length });
  const source = { read: async (offset: number, most: number) => bytes.subarray(offset, offset + most) };
  const wrong = { ...createDigest(), hex: () => "0".repeat(64) };
  expect(await codeOf(sendOnce({ agent: owner, ticket, signal, from: 0, source, digest: wrong, onTaken: () => {} }))).toBe("RAW_DAMAGED");
  expect(await sendOnce({ agent: owner, ticket, signal, from: 0, source, digest: createDigest(), onTaken: () => {} })).toEqual({ names: ["A"], added: 1, replaced: 0, staged: false });
});

test("the role is asked before a body is read, and what is longer than anything a viewer can say is refused", async () => {
  const send = (agent: "owner" | "viewer", path: string, told: number) =>
    new Promise<string>((resolve) => {
      const socket = createConnection(join(folder, `${agent}.sock`));
      socket.write(`POST /rpc/${path} HTTP/1.1\r\nhost: agent\r\ncontent-type: application/json\r\ncontent-length: ${told}\r\n\r\n{`);
      socket.once("data", (answer) => {
        resolve(/"code":"(\w+)"/.exec(answer.toString())?.[1] ?? answer.toString());
        socket.destroy();
      });
    });
  // Not one of them has sent its body.
  expect(await Promise.all([send("viewer", "variables/change", 1000), send("viewer", "services/list", 100_000), send("owner", "services/list", 100_000), send("owner", "variables/change", 30_000_000)])).toEqual([
    "ROLE_REFUSED",
    "BODY_TOO_LARGE",
    "BODY_TOO_LARGE",
    "BODY_TOO_LARGE",
  ]);
});
