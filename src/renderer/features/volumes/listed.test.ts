import { expect, test } from "vitest";
import { describe, type StagedRow, type Volume } from "@aeroplane/agent/contract";
import { freeName, isMade, keepsVolumes, leftOf, leftWords, lineOf, listedVolumes, nameFor, unkeptPaths } from "./listed.ts";

const volume = (id: string, path: string, fields: Partial<Volume> = {}): Volume => ({ id, environmentId: "e", serviceId: "web", serviceName: "web", name: `web-${id}`, path, state: "mounted", bytes: null, measuredAt: null, createdAt: 1, deletedAt: null, goesAt: null, ...fields });
const row = (name: string, fields: Partial<StagedRow> = {}): StagedRow => ({ id: name, environmentId: "e", serviceId: "web", aspect: "volume", name, act: "set", kind: null, value: { volumeId: null, name: "fresh", bytes: null }, by: "ada", at: 9, ...fields });
const removed = (name: string) => row(name, { act: "removed", value: null });

const volumes = [volume("a", "/a"), volume("b", "/b"), volume("c", "/c", { state: "wanted" }), volume("old", "/o", { state: "trash" }), volume("other", "/x", { serviceId: "api" })];
const shown = (rows: StagedRow[]) => listedVolumes("web", volumes, rows).map(({ path, name, volume: of, row: staged }) => [path, name, of?.id ?? null, staged?.act ?? null]);

test("staged volumes lie over those that are there: new, removed, back from the trash, and another in the place of one", () => {
  expect(shown([])).toEqual([["/a", "web-a", "a", null], ["/b", "web-b", "b", null], ["/c", "web-c", "c", null]]);
  expect(shown([removed("/a"), row("/new"), row("/o", { value: { volumeId: "old", name: "web-old" } }), row("/b", { value: { volumeId: "gone", name: "left" } })])).toEqual([
    ["/a", "web-a", "a", "removed"],
    ["/b", "web-b", "b", "removed"],
    ["/b", "left", null, "set"],
    ["/c", "web-c", "c", null],
    ["/new", "fresh", null, "set"],
    ["/o", "web-old", "old", "set"],
  ]);
  // What only a newer agent knows how to say, and what is of another aspect, is no volume here.
  expect(shown([row("/later", { value: "of later" }), row("/a", { aspect: "setting" })])).toHaveLength(3);
  expect(leftOf(listedVolumes("web", volumes, [removed("/a")])).map(({ path }) => path)).toEqual(["/b", "/c"]);
});

test("its service runs alone while a volume is there or comes, and not once the last one goes", () => {
  const web = { volumes: [{ id: "a", path: "/a", name: "web-a" }] };
  expect([keepsVolumes(web, []), keepsVolumes(web, [removed("/a")]), keepsVolumes({ volumes: [] }, [row("/n")]), keepsVolumes({ volumes: [] }, [])]).toEqual([true, false, true, false]);
});

test("what an image declares is offered where none of ours keeps it", () => {
  const warnings = [describe("IMAGE_HAS_VOLUMES", { reference: "db:1", paths: ["/a", "/data"] }), describe("IMAGE_HAS_VOLUMES", { reference: "db:1", paths: ["/data"] })];
  expect(unkeptPaths({ warnings }, listedVolumes("web", volumes, []))).toEqual(["/data"]);
  expect(unkeptPaths({ warnings }, listedVolumes("web", volumes, [removed("/a"), row("/data")]))).toEqual(["/a"]);
});

test("a name is made of the service and the last folder, as long as one may be, and free", () => {
  expect([nameFor("web", "/var/lib/My Data", []), nameFor("web", "/a/…", []), nameFor("web", "/data", ["web-data", "web-data-2"])]).toEqual(["web-my-data", "web-volume", "web-data-3"]);
  const long = "a".repeat(63);
  expect([freeName(long, []).length, freeName(long, [long])]).toEqual([63, `${"a".repeat(61)}-2`]);
});

test("each state has its line, one that is not known its own word; days that are left are whole ones", () => {
  const [a, , c] = volumes;
  expect([lineOf({ volume: a!, row: null }), lineOf({ volume: c!, row: null }), lineOf({ volume: volume("d", "/d", { state: "toString" }), row: null }), lineOf({ volume: null, row: row("/n") })]).toEqual([
    "",
    "Made and mounted by the next deployment",
    "toString",
    "Made by the next deploy of what is staged",
  ]);
  expect([lineOf({ volume: a!, row: removed("/a") }), lineOf({ volume: volumes[3]!, row: row("/o") })]).toEqual([
    "Goes to the trash with the next deploy of what is staged; its data is kept there for 7 days",
    "Mounted by the next deploy of what is staged, with the data that it has",
  ]);
  const day = 86_400_000;
  expect([7 * day, day + 1, day, 1, 0].map((left) => leftWords({ goesAt: 5 * day + left }, 5 * day))).toEqual(["7 days left", "2 days left", "1 day left", "1 day left", "emptied soon"]);
});

test("what was never made holds nothing, and what comes back out of the trash is made already", () => {
  const told = (fields: Partial<Volume>) => [isMade(volume("a", "/a", fields)), lineOf({ volume: volume("a", "/a", fields), row: null })];
  expect([told({ state: "wanted" }), told({ state: "wanted", measuredAt: 5 }), told({}), told({ state: "thawed" })]).toEqual([
    [false, "Made and mounted by the next deployment"],
    [true, "Mounted by the next deployment, with the data that it has"],
    [true, ""],
    [true, "thawed"],
  ]);
});
