import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, readlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createVolume, findVolume, isTaken, openStore, updateVolume, type Db } from "../store/index.ts";
import { adopt, takingPaths } from "./adopt.ts";

const [INSTANCE, SERVICE, VOLUME, JOB] = [1, 2, 3, 4].map((number) => `0198c0de-0000-7000-8000-00000000000${number}`) as [string, string, string, string];
const NAMELESS = "a".repeat(64);

let folder: string;
let db: Db;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-adopt-"));
  db = openStore(":memory:");
  createVolume(db, { id: VOLUME, environmentId: "e", serviceId: SERVICE, serviceName: "web", name: "data", path: "/data", createdAt: 1, madeAt: 1, fresh: 1 });
  for (const name of ["image", "ours"]) mkdirSync(join(folder, name, "_data"), { recursive: true });
  writeFileSync(join(folder, "image/_data/file"), "kept");
  symlinkSync("nowhere", join(folder, "image/_data/link"));
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

/** Containers of the service, each with a nameless volume at the path. */
function taken({ nameless = [NAMELESS], once = [], options = {}, cancelled = false }: { nameless?: string[]; once?: string[]; options?: object; /** When it begins to copy. */ cancelled?: boolean } = {}) {
  const cancel = new AbortController();
  const docker = {
    listContainers: async () =>
      [...nameless, ...once].map((name, at) => ({ Id: `c${at}`, Names: [`/c${at}`], Labels: { "run.aeroplane.instance": INSTANCE, ...(once.includes(name) ? { "run.aeroplane.once": "1" } : {}) }, State: "exited", Created: 1, Mounts: [{ Type: "volume", Name: name, Destination: "/data" }] })),
    getVolume: (name: string) => ({
      inspect: async () => ({ Driver: "local", Options: name.startsWith("a") && name.length === 64 ? options : {}, Mountpoint: join(folder, name.length === 64 ? "image" : "ours", "_data") }),
    }),
  };
  const context = { job: { id: JOB }, detail: () => void (cancelled && cancel.abort(new Error("cancelled"))), log: () => {} };
  const plan = { service: { id: SERVICE, name: "web" }, release: { mounts: [{ volumeId: VOLUME, path: "/data" }] } };
  return adopt({ db, docker, instanceId: INSTANCE } as never, context as never, plan as never, cancel.signal);
}
const ours = () => readdirSync(join(folder, "ours/_data")).toSorted();

test("what an image kept takes the place of what failed releases left; the old one stays, and is not done without before the commit", async () => {
  writeFileSync(join(folder, "ours/_data/failed"), "of no release that ever was live");
  mkdirSync(join(folder, "ours/adopting-dead/half"), { recursive: true });
  expect(takingPaths(db, SERVICE)).toEqual(["/data"]);
  await taken();
  expect([ours(), readFileSync(join(folder, "ours/_data/file"), "utf8"), readlinkSync(join(folder, "ours/_data/link"))]).toEqual([["file", "link"], "kept", "nowhere"]);
  expect([readdirSync(join(folder, "ours")), existsSync(join(folder, "image/_data/file"))]).toEqual([["_data"], true]);
  expect([findVolume(db, VOLUME)?.takenFrom, isTaken(db, NAMELESS)]).toEqual([NAMELESS, false]);
  updateVolume(db, VOLUME, { state: "mounted", fresh: 0 });
  expect([isTaken(db, NAMELESS), takingPaths(db, SERVICE)]).toEqual([true, []]);
});

test("what a command that is run once has there is its own: it is neither taken nor one of several", async () => {
  const other = NAMELESS.replace(/^a/, "b");
  await taken({ nameless: [], once: [other] });
  expect([ours(), findVolume(db, VOLUME)?.takenFrom]).toEqual([[], null]);
  await taken({ once: [other] });
  expect([ours(), findVolume(db, VOLUME)?.takenFrom]).toEqual([["file", "link"], NAMELESS]);
});

test("nothing is put in the place of what a release that was live has left, nor is one of several chosen", async () => {
  writeFileSync(join(folder, "ours/_data/own"), "kept too");
  await taken({ nameless: [NAMELESS, NAMELESS.replace(/^a/, "b")] });
  updateVolume(db, VOLUME, { fresh: 0 });
  await taken();
  expect([ours(), takingPaths(db, SERVICE)]).toEqual([["own"], []]);
});

test("a volume that was put into the trash while its deploy was under way still takes in what is there", async () => {
  updateVolume(db, VOLUME, { state: "trash", deletedAt: 2 });
  await taken();
  expect([ours(), takingPaths(db, SERVICE)]).toEqual([["file", "link"], []]);
});

test("half a copy goes with the try that was cancelled, and what a crash left of one, where there is nothing to take any more", async () => {
  await expect(taken({ cancelled: true })).rejects.toThrow("cancelled");
  expect(readdirSync(join(folder, "ours"))).toEqual(["_data"]);
  mkdirSync(join(folder, "ours/adopting-dead/half"), { recursive: true });
  await taken({ nameless: [] });
  expect(readdirSync(join(folder, "ours"))).toEqual(["_data"]);
});

test("what is not in a folder of this server, or does not let itself be copied, fails and leaves everything as it was", async () => {
  await expect(taken({ options: { type: "nfs" } })).rejects.toMatchObject({ problem: { code: "VOLUME_CONTENT_NOT_COPIED", values: { path: "/data" } } });
  rmSync(join(folder, "image/_data"), { recursive: true });
  await expect(taken()).rejects.toMatchObject({ problem: { code: "VOLUME_CONTENT_NOT_COPIED" } });
  expect([ours(), readdirSync(join(folder, "ours"))]).toEqual([[], ["_data"]]);
});
