import { expect, test } from "vitest";
import type { StagedRow } from "@aeroplane/agent/contract";
import { settingLines, settingName } from "./settings.ts";
import { changes, circleWords, deploysWords, idleWords, memberWords, rowName, rowWord, summaryOf, volumeWords } from "./words.ts";

const row = (fields: Partial<StagedRow>): StagedRow => ({ id: "r", environmentId: "e", serviceId: "web", aspect: "variable", name: "MODE", act: "set", kind: "plain", value: "1", by: "ada", at: 1, ...fields });
const named = (id: string) => ({ web: "web", api: "api" })[id];

test("what waits is summed up owner by owner, a single one by its name", () => {
  const rows = [row({ serviceId: null, name: "REGION" }), row({}), row({ name: "KEY" }), row({ aspect: "setting", name: "port" }), row({ serviceId: "api", aspect: "setting", name: "memoryMiB" }), row({ serviceId: "gone", name: "A" })];
  expect(summaryOf(rows, named)).toBe("REGION shared, 2 variables and 1 setting on web, Memory of each instance on api, A on a service");
  expect([changes(1), changes(200), summaryOf([], named)]).toEqual(["1 change", "200 changes", ""]);
});

test("one word says what becomes of a variable, and another value needs none", () => {
  const words = [row({}), row({ kind: "secret" }), row({ act: "removed", kind: null }), row({ act: "secret", kind: "secret" }), row({ act: "of-later" })].map((each) => [rowWord(each, false), rowWord(each, true)]);
  expect(words).toEqual([[null, "New"], ["Secret replaced", "New secret"], ["Removed", "Removed"], ["Made secret", "Made secret"], ["of-later", "of-later"]]);
});

test("a setting is told by its name and both values, one with parts by the parts that differ", () => {
  expect(settingLines("port", null, 8080)).toEqual([{ name: "Port", before: null, after: "8080", unset: "from the image" }]);
  const port = (more: object) => ({ port: 53, target: null, protocol: "udp", address: "0.0.0.0", ...more });
  expect(settingLines("publish", null, [port({}), port({ target: 5353, address: "203.0.113.7" })])).toEqual([{ name: "Ports of the server", before: null, after: "53/udp, 53:5353/udp on 203.0.113.7", unset: "not set" }]);
  expect(settingLines("drainSeconds", 10, 30)).toEqual([{ name: "Time to finish at the end", before: "10 s", after: "30 s", unset: "not set" }]);
  const source = { type: "git", url: "https://a.test/b.git", branch: "main", rootDirectory: "" };
  expect(settingLines("source", source, { ...source, branch: "next", lfs: true })).toEqual([
    { name: "Branch", before: "main", after: "next", unset: "not set" },
    { name: "Git LFS files", before: null, after: "yes", unset: "not set" },
  ]);
  expect(settingLines("site", null, { outputDirectory: "dist" }).map(({ name, before, after }) => [name, before, after])).toEqual([["Folder to serve", null, "dist"]]);
  // What only a newer agent knows is told by its own name.
  expect([settingName("constructor"), settingName("coolSeconds"), settingLines("coolNames", ["a"], ["a", "b"])[0]]).toEqual(["Constructor", "Cool seconds", { name: "Cool names", before: "a", after: "a, b", unset: "not set" }]);
  expect(settingLines("health", { by: "tcp" }, { by: "http", statuses: [200, 204] }).map(({ name, before, after }) => `${name}: ${before} ${after}`)).toEqual(["By: tcp http", "Statuses: null 200, 204"]);
});

test("a volume is told with what becomes of it and of what it holds", () => {
  const volume = (volumeId: string | null, name: string) => ({ volumeId, name, bytes: null });
  const words = (fields: Partial<StagedRow>, wanted: unknown = null) => volumeWords({ ...row({ aspect: "volume", name: "/data", kind: null, ...fields }), wanted: wanted === null ? null : { kind: null, value: wanted } });
  expect([words({ value: volume(null, "web-data") }), words({ value: volume("v", "web-data") }), words({ act: "removed", value: null }, volume("v", "web-data"))]).toEqual([
    "New, empty volume web-data",
    "The volume web-data, with the data that it has",
    "web-data goes to the trash, where its data is kept for 7 days",
  ]);
  expect(words({ value: volume("v", "web-old") }, volume("w", "web-data"))).toBe("The volume web-old, with the data that it has; web-data goes to the trash, where its data is kept for 7 days");
  expect([words({ value: "of later" }), words({ act: "of-later", value: null })]).toEqual(["A volume", "of-later"]);
  expect([rowName({ aspect: "volume", name: "/data" }), rowWord(row({ aspect: "volume" }), true), summaryOf([row({ aspect: "volume", name: "/a" }), row({ aspect: "volume", name: "/b" })], named)]).toEqual(["volume /data", "Added", "2 volumes on web"]);
});

test("members, what is idle and a circle are said in words", () => {
  const member = { serviceId: "web", name: "web", why: "refers" as const, after: ["api", "gone"] };
  expect([memberWords(member, named), memberWords({ ...member, why: "rows", after: [] }, named)]).toEqual(["refers to what changes · after api, another", ""]);
  const names = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `s${at}` }));
  expect([0, 1, 2, 8].map((count) => deploysWords(names(count)))).toEqual(["Nothing is deployed now.", "Deploys s0.", "Deploys s0 and s1, in this order.", "Deploys s0, s1, s2, s3, s4 and 3 more, in this order."]);
  expect([idleWords({ serviceId: "a", name: "jobs", why: "stopped" }), idleWords({ serviceId: "a", name: "jobs", why: "toString" })]).toEqual(["jobs is stopped: it gets the changes with its next deploy.", "jobs does not run (toString): it gets the changes with its next deploy."]);
  expect(circleWords({ serviceId: "web", name: "web", afterServiceId: "api", afterName: "api", circle: ["web", "api", "web"] })).toBe("web → api → web is a circle: web is deployed without waiting for api.");
});
