import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RawTicket } from "@aeroplane/agent/contract";
import { openRooms } from "../../agent/src/api/rooms.fixture.ts";
import type { DeployDeps } from "../../agent/src/deploy/deps.ts";
import { openDocker } from "../../agent/src/docker/client.ts";
import { makeVolume, removeVolume, volumeFolderOf } from "../../agent/src/docker/own-volume.ts";
import { createAgentServer } from "../../agent/src/server/http.ts";
import { listen } from "../../agent/src/server/sockets.ts";
import { createPerson, createVolume, findVolume, setPersonRole } from "../../agent/src/store/index.ts";
import { createCopyVolumeJob } from "../../agent/src/volumes/copy.ts";
import { createAgentClient, type AgentClient } from "../../src/desktop/agent/client.ts";
import { give, take } from "../../src/desktop/transfers/carry.ts";

const SOCKET = "/var/run/docker.sock";
const usable = process.getuid?.() === 0 && (await openDocker(SOCKET).ping().then(() => true, () => false));
const PERSON = uuid();

let rooms: ReturnType<typeof openRooms>;
let folder: string;
let open: Set<Socket>;
let owner: AgentClient;
let person: AgentClient;
const ends: (() => void)[] = [];
/** Of Docker volumes that this test made. */
const made: string[] = [];

async function serve(name: string, login: string | null, personId: string | null): Promise<AgentClient> {
  const path = join(folder, `${name}.sock`);
  const server = createAgentServer(rooms.served, login, () => personId);
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
  folder = mkdtempSync(join(tmpdir(), "aeroplane-files-"));
  open = new Set();
  rooms = openRooms(SOCKET);
  createPerson(rooms.core.db, { id: PERSON, name: "Vera", role: "viewer", publicKey: "ssh-ed25519 AAAA", fingerprint: "SHA256:x" });
  owner = await serve("owner", "root", null);
  person = await serve("person", "aeroplane", PERSON);
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  for (const id of made.splice(0)) await removeVolume(rooms.docker, rooms.core.instanceId, id);
  await rooms.close();
  rmSync(folder, { recursive: true });
});

const signal = new AbortController().signal;
const codeOf = (work: Promise<unknown>) => work.then(() => "ok", (error: { problem?: { code: string }; code?: string; message: string }) => error.problem?.code ?? error.code ?? error.message);
const carrying = (agent: AgentClient, ticket: RawTicket) => ({ reach: () => ({ agent, name: "fra-1", back: async () => agent }), ticket, signal, onProgress: () => {}, onWaiting: () => {} });
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A volume of ours that Docker has, and where it lies. */
async function volume(): Promise<{ id: string; environmentId: string; serviceId: string; at: (...names: string[]) => string }> {
  const { core, docker } = rooms;
  const project = await owner.client.projects.create({ name: "shop" });
  const environmentId = project.environments[0]!.id;
  const service = await owner.client.services.create({ environmentId, name: "web", shape: "web", config: { source: { type: "image", reference: "nginx:1" } } });
  const id = uuid();
  made.push(id);
  createVolume(core.db, { id, environmentId, serviceId: null, serviceName: "web", name: "web-data", path: "/data", createdAt: 1, state: "trash", madeAt: 1, deletedAt: 1 });
  await makeVolume(docker, { instance: core.instanceId, environment: environmentId, volume: id });
  const root = await volumeFolderOf(docker, core.instanceId, { id, name: "web-data" });
  return { id, environmentId, serviceId: service.id, at: (...names) => join(root, ...names) };
}

async function taken(agent: AgentClient, ticket: RawTicket, onChunk = () => {}): Promise<Buffer> {
  const parts: Buffer[] = [];
  await take({
    ...carrying(agent, ticket),
    sink: {
      async write(chunk) {
        parts.push(Buffer.from(chunk));
        onChunk();
      },
    },
  });
  return Buffer.concat(parts);
}
const sourceOf = (bytes: Buffer) => ({ read: async (offset: number, most: number) => bytes.subarray(offset, offset + most) });

test.runIf(usable)("files go up and come down as they are, over connections that break, and are listed and measured", async () => {
  const { id, at } = await volume();
  const bytes = randomBytes(3_000_000);
  mkdirSync(at("deep"));
  const { volumes } = owner.client;
  const up = await volumes.upload({ id, path: "deep/file", size: bytes.length });
  let cuts = 0;
  const source = sourceOf(bytes);
  const cutting = {
    async read(offset: number, most: number) {
      if (offset > 1_000_000 && cuts++ === 0) for (const socket of open) socket.destroy();
      return source.read(offset, most);
    },
  };
  expect(await give({ ...carrying(owner, up), source: cutting })).toEqual({ bytes: bytes.length });
  expect([cuts > 0, readdirSync(at("deep")), hash(readFileSync(at("deep/file")))]).toEqual([true, ["file"], hash(bytes)]);

  const empty = await volumes.upload({ id, path: "none", size: 0 });
  expect([await give({ ...carrying(owner, empty), source: sourceOf(Buffer.alloc(0)) }), statSync(at("none")).size]).toEqual([{ bytes: 0 }, 0]);

  const { entries, more } = await volumes.files({ id, path: "" });
  expect([entries.map(({ name, kind, bytes: size }) => [name, kind, size]), more]).toEqual([[["deep", "folder", null], ["none", "file", 0]], false]);
  const measured = await volumes.measure({ id });
  expect([measured.bytes! >= bytes.length, measured.measuredAt]).toEqual([true, expect.any(Number)]);

  let broken = 0;
  const alone = await taken(owner, await volumes.download({ id, path: "deep/file" }), () => {
    if (broken++ === 0) for (const socket of open) socket.destroy();
  });
  expect(hash(alone)).toBe(hash(bytes));

  const ticket = await volumes.download({ id, path: "" });
  const tar = await taken(owner, ticket);
  expect([ticket.name, tar.length]).toEqual(["web-data.tar", ticket.size]);
  writeFileSync(join(folder, "all.tar"), tar);
  mkdirSync(join(folder, "to"));
  execFileSync("tar", ["-xf", join(folder, "all.tar"), "-C", join(folder, "to")]);
  expect(hash(readFileSync(join(folder, "to/web-data/deep/file")))).toBe(hash(bytes));
  // What it was made from goes with its ticket.
  await expect.poll(() => readdirSync(rooms.core.paths.rawTmp), { timeout: 90_000 }).toEqual([]);
});

test.runIf(usable)("a file that changes while it is taken ends with a word that says so", async () => {
  const { id, at } = await volume();
  mkdirSync(at("folder"));
  writeFileSync(at("folder/file"), randomBytes(8_000_000));
  for (const path of ["folder/file", "folder"]) {
    const ticket = await owner.client.volumes.download({ id, path });
    let chunks = 0;
    const change = () => {
      if (chunks++ === 0) writeFileSync(at("folder/file"), "x", { flag: "r+" });
    };
    expect(await codeOf(taken(owner, ticket, change))).toBe("VOLUME_FILE_CHANGED");
  }
});

test.runIf(usable)("links of an app lead nowhere, and what is asked is in the audit trail", async () => {
  const { id, at } = await volume();
  symlinkSync("/etc", at("etc"));
  symlinkSync("/etc/passwd", at("passwd"));
  const { volumes, audit } = owner.client;
  const refused = [volumes.files({ id, path: "etc" }), volumes.download({ id, path: "etc/passwd" }), volumes.download({ id, path: "passwd" }), volumes.upload({ id, path: "etc/new", size: 1 }), volumes.upload({ id, path: "passwd", size: 1 })];
  expect(await Promise.all(refused.map(codeOf))).toEqual(refused.map(() => "VOLUME_PATH_REFUSED"));
  expect(await codeOf(volumes.files({ id, path: "../.." }))).toBe("INVALID_INPUT");
  const { rows } = await audit.list({ limit: 10 });
  expect(rows.filter(({ procedure }) => procedure.startsWith("volumes.")).map(({ procedure, subject }) => `${procedure} ${subject}`).toSorted()).toEqual(
    ["download", "download", "files", "files", "upload", "upload"].map((name) => `volumes.${name} web-data in shop`),
  );
});

test.runIf(usable)("who may only look sees the size and no file, and a ticket is no good for who may no more", async () => {
  const { id, at } = await volume();
  writeFileSync(at("file"), "secret");
  const { volumes } = person.client;
  const asked = [volumes.files({ id, path: "" }), volumes.download({ id, path: "file" }), volumes.upload({ id, path: "new", size: 1 })].map(codeOf);
  expect([await codeOf(volumes.measure({ id })), await Promise.all(asked)]).toEqual(["ok", asked.map(() => "ROLE_REFUSED")]);
  setPersonRole(rooms.core.db, PERSON, "deployer");
  const ticket = await volumes.download({ id, path: "file" });
  setPersonRole(rooms.core.db, PERSON, "viewer");
  expect(await codeOf(taken(person, ticket))).toBe("ROLE_REFUSED");
});

test.runIf(usable)("what Docker does not have, or has elsewhere, is told as that", async () => {
  const { id, environmentId, at } = await volume();
  const never = uuid();
  createVolume(rooms.core.db, { id: never, environmentId, serviceId: null, serviceName: "web", name: "never", path: "/never", createdAt: 1 });
  const { volumes } = owner.client;
  expect(await codeOf(volumes.files({ id: never, path: "" }))).toBe("VOLUME_NOT_HERE");
  rmSync(at(), { recursive: true });
  expect(await codeOf(volumes.measure({ id }))).toBe("VOLUME_NOT_MEASURED");
  mkdirSync(at());
});

test.runIf(usable)("a copy is whole with its links, owners and modes, and is staged to be mounted", async () => {
  const { id, environmentId, serviceId, at } = await volume();
  const { core, docker } = rooms;
  mkdirSync(at("folder"), { mode: 0o700 });
  const bytes = randomBytes(100_000);
  writeFileSync(at("folder/file"), bytes, { mode: 0o640 });
  execFileSync("chown", ["1234:2345", at("folder/file")]);
  symlinkSync("/etc/passwd", at("link"));
  core.jobs.register([createCopyVolumeJob({ ...core, docker } as unknown as DeployDeps)]);
  core.jobs.start();
  const { client } = owner;
  const { job } = await client.volumes.copy({ id, name: "web-copy", serviceId, path: "/copy" });
  made.push(job.id);
  await expect.poll(async () => (await client.jobs.get({ id: job.id })).state, { timeout: 90_000 }).toBe("succeeded");
  const copy = findVolume(core.db, job.id);
  expect(copy).toMatchObject({ environmentId, serviceId, name: "web-copy", path: "/copy", state: "trash", bytes: expect.any(Number) });
  const [row] = await client.staged.list({ environmentId });
  expect(row).toMatchObject({ aspect: "volume", name: "/copy", act: "set", value: { volumeId: job.id, name: "web-copy" } });
  const root = await volumeFolderOf(docker, core.instanceId, { id: job.id, name: "web-copy" });
  const { uid, gid, mode } = statSync(join(root, "folder/file"));
  expect([hash(readFileSync(join(root, "folder/file"))), uid, gid, mode & 0o777, statSync(join(root, "folder")).mode & 0o777]).toEqual([hash(bytes), 1234, 2345, 0o640, 0o700]);
  expect(execFileSync("readlink", [join(root, "link")], { encoding: "utf8" }).trim()).toBe("/etc/passwd");
  // Refused where it is known before.
  expect(await codeOf(client.volumes.copy({ id, name: "other", serviceId: uuid(), path: "/x" }))).toBe("NOT_FOUND");
});
