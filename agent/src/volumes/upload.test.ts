import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRooms } from "../api/rooms.fixture.ts";
import { createRawTicket, createVolume, endRawTicket, findVolume, updateVolume, type RawTicketRow } from "../store/index.ts";
import { refuseFull } from "../host/disk.ts";
import { openFolders } from "./files.fixture.ts";
import { fileUpload, placeFor, stillThere, sweepCopy, sweepUpload } from "./upload.ts";

let folders: ReturnType<typeof openFolders>;
let rooms: ReturnType<typeof openRooms>;
beforeEach(() => {
  folders = openFolders();
  rooms = openRooms();
  mkdirSync(folders.volume);
});
afterEach(async () => {
  await rooms.close();
  folders.close();
});

const at = (...names: string[]) => join(folders.volume, ...names);
const isRoot = process.getuid?.() === 0;

function ticketOf(path: string): RawTicketRow {
  const [volumeId, environmentId] = [uuid(), uuid()];
  createVolume(rooms.core.db, { id: volumeId, environmentId, serviceId: null, serviceName: "web", name: "web-data", path: "/data", createdAt: 1, madeAt: 1, fresh: 1 });
  const about = { volumeId, environmentId, serviceId: null, folder: folders.volume, path };
  return { id: uuid(), login: "root", personId: null, desktop: null, size: 5, about: JSON.stringify(about) } as RawTicketRow;
}
async function send(path: string, text = "hello") {
  const upload = fileUpload(rooms.core, ticketOf(path));
  const committed: unknown[] = [];
  await upload.sink.write(Buffer.from(text.slice(0, 2)), 0);
  await upload.sink.write(Buffer.from(text.slice(2)), 2);
  const before = statSync(at(path), { throwIfNoEntry: false })?.isFile() ? readFileSync(at(path), "utf8") : null;
  const done = await upload.finish((result) => void committed.push(result)).finally(() => upload.drop?.());
  return { before, done, committed };
}

test("a file has its name when all of it has come, and leaves nothing beside it", async () => {
  mkdirSync(at("folder"));
  expect(await send("folder/new")).toEqual({ before: null, done: { bytes: 5 }, committed: [{ bytes: 5 }] });
  expect([readFileSync(at("folder/new"), "utf8"), readdirSync(at("folder"))]).toEqual(["hello", ["new"]]);
});

test.runIf(isRoot)("it belongs to whom the file did whose place it takes, else to whom the folder does", async () => {
  mkdirSync(at("folder"), { mode: 0o750 });
  chownSync(at("folder"), 1234, 2345);
  writeFileSync(at("folder/old"), "old");
  chownSync(at("folder/old"), 3456, 4567);
  chmodSync(at("folder/old"), 0o4710);
  expect((await send("folder/old")).before).toBe("old");
  await send("folder/new");
  const factsOf = (name: string) => (({ uid, gid, mode }) => [uid, gid, (mode & 0o7777).toString(8)])(statSync(at("folder", name)));
  expect([factsOf("old"), factsOf("new"), readFileSync(at("folder/old"), "utf8")]).toEqual([[3456, 4567, "710"], [1234, 2345, "640"], "hello"]);
});

test("no file takes the place of a folder or a link, nor comes by one", async () => {
  mkdirSync(at("folder"));
  mkdirSync(folders.outside);
  symlinkSync(folders.outside, at("link"));
  for (const path of ["folder", "link", "link/file", "gone/file"]) {
    await expect(placeFor(folders.volume, path), path).rejects.toMatchObject({ problem: { code: path === "gone/file" ? "VOLUME_PATH_UNKNOWN" : "VOLUME_PATH_REFUSED" } });
    await expect(send(path), path).rejects.toMatchObject({ problem: { code: expect.stringMatching(/^VOLUME_PATH_/) } });
  }
  expect([readdirSync(folders.outside), readdirSync(at()).toSorted()]).toEqual([[], ["folder", "link"]]);
});

test("a folder that is moved and replaced by a link meanwhile keeps what was meant for it", async () => {
  mkdirSync(at("folder"));
  mkdirSync(folders.outside);
  const upload = fileUpload(rooms.core, ticketOf("folder/file"));
  await upload.sink.write(Buffer.from("hello"), 0);
  renameSync(at("folder"), at("moved"));
  symlinkSync(folders.outside, at("folder"));
  await upload.finish(() => {});
  await upload.drop?.();
  expect([readdirSync(folders.outside), readdirSync(at("moved"))]).toEqual([[], ["file"]]);
});

test("what was given up, or left by an earlier life of the agent, goes", async () => {
  writeFileSync(at("file"), "old");
  const ticket = ticketOf("file");
  const upload = fileUpload(rooms.core, ticket);
  await upload.sink.write(Buffer.from("hel"), 0);
  expect(readdirSync(at())).toHaveLength(2);
  // One that this life has begun is left alone.
  await sweepUpload(ticket);
  expect(readdirSync(at())).toHaveLength(2);
  await sweepUpload(ticket, "another life");
  expect(readdirSync(at())).toEqual(["file"]);
  await upload.drop?.();
  const second = fileUpload(rooms.core, ticketOf("file"));
  await second.sink.write(Buffer.from("hel"), 0);
  await second.drop?.();
  expect([readdirSync(at()), readFileSync(at("file"), "utf8")]).toEqual([["file"], "old"]);
});

test("what takes the place of an upload before it has its name is found out", async () => {
  const ticket = ticketOf("file");
  const upload = fileUpload(rooms.core, ticket);
  await upload.sink.write(Buffer.from("hello"), 0);
  const half = readdirSync(at())[0]!;
  rmSync(at(half));
  writeFileSync(at(half), "of the app");
  await expect(upload.finish(() => {})).rejects.toMatchObject({ problem: { code: "VOLUME_FILE_CHANGED" } });
  await upload.drop?.();
});

test("a file that the disk cannot have is refused before it begins", async () => {
  await expect(refuseFull(folders.volume, 2 ** 49)).rejects.toMatchObject({ problem: { code: "DISK_FULL" } });
});

test("an upload is a line of the audit trail", async () => {
  await send("file");
  const row = rooms.core.db.prepare("SELECT procedure, input FROM audit WHERE procedure = 'volumes.uploaded'").get() as { input: string };
  expect([row.input.includes('"path":"file"'), row.input.includes('"bytes":5'), row.input.includes(folders.volume)]).toEqual([true, true, false]);
});

const volumeOf = ({ about }: RawTicketRow): string => (JSON.parse(about) as { volumeId: string }).volumeId;
/** As it is in the store. */
function kept(path: string): RawTicketRow {
  const ticket = { ...ticketOf(path), secretHash: "x", purpose: "volume.upload", createdAt: 1, expiresAt: 2 };
  createRawTicket(rooms.core.db, ticket);
  return { ...ticket, endedAt: null, result: null };
}

test("a volume that no deployment has mounted is never made anew once something was put into it", async () => {
  const { db } = rooms.core;
  for (const madeAt of [1, null]) {
    const ticket = ticketOf("file");
    updateVolume(db, volumeOf(ticket), { madeAt });
    const upload = fileUpload(rooms.core, ticket);
    await upload.sink.write(Buffer.from("hello"), 0);
    expect(findVolume(db, volumeOf(ticket))?.fresh).toBe(1);
    await upload.finish(() => {});
    await upload.drop?.();
    expect(findVolume(db, volumeOf(ticket))).toMatchObject({ fresh: 0, madeAt: expect.any(Number), state: "wanted" });
  }
});

test("what was given up, or whose volume goes for good, before all of it is on the disk changes nothing", async () => {
  const { db } = rooms.core;
  writeFileSync(at("file"), "old");
  const before: [string, (ticket: RawTicketRow) => void][] = [
    ["RAW_TICKET_UNKNOWN", ({ id }) => void endRawTicket(db, id, 1, null)],
    ["NOT_FOUND", (ticket) => updateVolume(db, volumeOf(ticket), { state: "going" })],
  ];
  for (const [code, happens] of before) {
    const ticket = kept("file");
    const upload = fileUpload(rooms.core, ticket);
    await upload.sink.write(Buffer.from("hello"), 0);
    happens(ticket);
    await expect(upload.finish(() => {}), code).rejects.toMatchObject({ problem: { code } });
    await upload.drop?.();
  }
  expect([readFileSync(at("file"), "utf8"), readdirSync(at())]).toEqual(["old", ["file"]]);
});

test("a ticket of a volume that has gone for good says so", () => {
  const ticket = ticketOf("file");
  expect(stillThere(rooms.core, ticket.about)).toMatchObject({ path: "file" });
  updateVolume(rooms.core.db, volumeOf(ticket), { state: "going" });
  expect(() => stillThere(rooms.core, ticket.about)).toThrow(expect.objectContaining({ problem: expect.objectContaining({ code: "NOT_FOUND" }) }));
});

test("a folder that has gone is told to whoever goes on, not taken for a broken connection", async () => {
  rmSync(folders.volume, { recursive: true });
  const upload = fileUpload(rooms.core, ticketOf("file"));
  await expect(upload.sink.write(Buffer.from("hello"), 0)).rejects.toMatchObject({ problem: { code: "VOLUME_PATH_UNKNOWN" } });
  expect(upload.failed?.()?.problem.code).toBe("VOLUME_PATH_UNKNOWN");
});

test("of a copy is taken what came into its volume meanwhile, and nothing else", async () => {
  mkdirSync(at("folder"));
  const [one, gone] = [kept("folder/file"), kept("nowhere/file")];
  mkdirSync(folders.outside);
  mkdirSync(join(folders.outside, "folder"));
  const half = `.aeroplane-upload-${one.id}-0123456789ab`;
  for (const name of [half, `.aeroplane-upload-${gone.id}-0123456789ab`, "own"]) writeFileSync(join(folders.outside, "folder", name), "");
  endRawTicket(rooms.core.db, one.id, 1, "{}");
  await sweepCopy(rooms.core.db, volumeOf(gone), folders.outside);
  expect(readdirSync(join(folders.outside, "folder"))).toHaveLength(3);
  await sweepCopy(rooms.core.db, volumeOf(one), folders.outside);
  expect(readdirSync(join(folders.outside, "folder")).toSorted()).toEqual([`.aeroplane-upload-${gone.id}-0123456789ab`, "own"]);
});
