import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Change, Project, Service } from "@aeroplane/agent/contract";
import { describe, shapes } from "@aeroplane/agent/contract";
import { expect, onTestFinished, test } from "vitest";
import type { Server } from "../../contract/index.ts";
import { createLive } from "../live/live.ts";
import { createKnownFiles } from "./files.ts";
import { find, placesOf } from "./find.ts";
import { createKnown } from "./known.ts";
import { strip } from "./strip.ts";

const idOf = (number: number) => `01a20000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const project = (number: number, name: string): Project => ({ id: idOf(number), name, environments: [{ id: idOf(number + 1), name: "production", serviceCount: 1, createdAt: 1 }], serviceCount: 1, createdAt: 1 });
const service = (number: number, projectId: string, name: string, fields: Partial<Service> = {}): Service => ({
  ...{ id: idOf(number), projectId, environmentId: idOf(2), name, shape: "web", traits: shapes.web, hostname: null, privateName: name, privateNames: [], state: "live", stateSince: 1, liveRelease: null, lastDeployment: null, instances: [], volumes: [], crashes: null, changed: false, stagedCount: 0, warnings: [], createdAt: 1 },
  config: { source: { type: "image", reference: "nginx" }, port: null, healthPath: null, healthSeconds: 60, drainSeconds: 10, replicas: 1, startCommand: null, imageHealth: false, site: null },
  ...fields,
});

/** A server whose agent answers what is in `services`, and tells of changes when told to. */
function world() {
  const folder = mkdtempSync(join(tmpdir(), "known-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const server = (state: "ready" | "offline"): Server => ({ id: idOf(100), name: "fra-1", kind: "local", login: null, tags: ["prod"], connection: { state }, notice: null, hello: null, lastSeenAt: 5 });
  const list = createLive<Server[]>([server("ready")]);
  const services = [service(3, idOf(1), "web")];
  let looks = 0;
  let tell = (_items: Change[]) => {};
  const asked: string[] = [];
  const client = {
    jobs: { get: async ({ id }: { id: string }) => (asked.push(id), { id, endedAt: id === "runs" ? null : 5 }) },
    projects: { list: async () => [project(1, "shop")] },
    services: { list: async () => ((looks += 1), [...services]) },
    instance: { status: async () => Promise.reject(new Error("not now")) },
    changes: {
      async watch(_input: object, { signal }: { signal: AbortSignal }) {
        const changes = createLive<Change[]>([]);
        tell = changes.set;
        return (async function* () {
          for await (const items of changes.watch(signal)) yield { cursor: "1", items, reset: false };
        })();
      },
    },
  };
  const servers = { list: list.get, watch: list.watch, reach: () => ({ agent: { client } as never }), seenAt: (_id: string, at: number) => list.update((all) => all.map((one) => ({ ...one, lastSeenAt: at }))) };
  const end = (id: string) => tell([{ entity: "job", id, projectId: null, environmentId: null, serviceId: null }]);
  const open = () => createKnown({ files: createKnownFiles(folder), servers, rest: 20, writeEvery: 20 });
  const become = (state: "ready" | "offline") => list.set([server(state)]);
  return { folder, list, services, open, become, end, asked, looks: () => looks, change: () => tell([{ entity: "service", id: "x", projectId: null, environmentId: null, serviceId: null }]) };
}
const names = (known: ReturnType<ReturnType<typeof world>["open"]>, text: string) => known.find({ text, limit: 10 }).places.map(({ name }) => name);

test("what a server has is known while it answers, follows its changes, and outlives it and the app", async () => {
  const { folder, services, open, become, change } = world();
  const first = open();
  await expect.poll(() => names(first, "web")).toEqual(["web"]);
  services.push(service(4, idOf(1), "worker"));
  change();
  await expect.poll(() => names(first, "w")).toEqual(["web", "worker"]);
  become("offline");
  first.close();
  const later = open();
  await expect.poll(() => names(later, "worker shop prod fra")).toEqual(["worker"]);
  expect((await later.get(idOf(100)))?.services.map(({ name }) => name)).toEqual(["web", "worker"]);
  expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777])).toEqual([[`${idOf(100)}.json`, 0o600], ["seen.json", 0o600]]);
  later.close();
});

test("a server that is forgotten leaves nothing, a damaged file costs nothing but itself", async () => {
  const { folder, list, open, become } = world();
  const path = join(folder, `${idOf(100)}.json`);
  become("offline");
  writeFileSync(path, "{ broken");
  writeFileSync(join(folder, `${idOf(7)}.json`), "{}");
  writeFileSync(join(folder, "seen.json"), "[]");
  const known = open();
  await expect.poll(() => readdirSync(folder)).toEqual([`${idOf(100)}.json`, "seen.json"]);
  expect([await known.get(idOf(100)), readFileSync(path, "utf8")]).toEqual([null, "{ broken"]);
  become("ready");
  await expect.poll(() => JSON.parse(readFileSync(path, "utf8").replace("{ broken", "{}")).services?.length).toBeGreaterThan(0);
  list.set([]);
  await expect.poll(() => readdirSync(folder)).toEqual(["seen.json"]);
  known.close();
  expect(readFileSync(join(folder, "seen.json"), "utf8")).toBe("[]");
});

test("a state of protocol 1 is shown, one with words that nobody knows as well, and what cannot be shown is left out", async () => {
  const { folder, open, become } = world();
  become("offline");
  const { environments: [only], ...shop } = project(1, "shop");
  const { id, name } = only!;
  const { shape: _s, traits: _t, instances: _i, ...before } = { ...service(1, idOf(3), "old"), kind: "image" };
  const strange = { ...service(2, idOf(3), "strange"), shape: "cron", state: "dreaming", config: { ...service(2, idOf(3), "x").config, source: { type: "tape", reel: 7 }, replicas: 16, healthSeconds: 3600, gpu: 1 } };
  writeFileSync(join(folder, `${idOf(100)}.json`), JSON.stringify({ at: 7, projects: [{ ...shop, environment: { id, name } }], services: [before, strange, { id: 1 }, null], status: { cores: "many" } }));
  const state = await open().get(idOf(100));
  expect(state?.services).toMatchObject([{ name: "old", shape: "web", traits: { word: "Web service" }, instances: [] }, { name: "strange", shape: "cron", state: "dreaming", config: { source: { type: "tape", reel: 7 }, replicas: 16, healthSeconds: 3600, gpu: 1 } }]);
  expect(state?.projects).toEqual([project(1, "shop")]);
  expect([state?.services.length, state?.status]).toEqual([2, null]);
});

test("a busy server is looked at again only after a rest", async () => {
  const { open, change, looks } = world();
  const known = open();
  await expect.poll(() => looks()).toBe(1);
  const until = Date.now() + 200;
  while (Date.now() < until || looks() < 2) {
    change();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  known.close();
  expect(looks()).toBeGreaterThan(1);
  expect(looks()).toBeLessThan(14);
});

test("nothing that a program printed is kept, and the file has an end", () => {
  const problem = describe("UNEXPECTED", {} as never, "printed");
  const noisy = service(3, idOf(1), "web", { crashes: { count: 3, lastExitCode: 1, lastLines: ["printed"] }, warnings: [problem] });
  const many = Array.from({ length: 10_000 }, () => service(3, idOf(1), "w".repeat(60)));
  const kept = strip({ at: 1, projects: [project(1, "shop")], services: [noisy, ...many], status: null });
  const text = JSON.stringify(kept);
  expect({ printed: text.includes("printed"), small: text.length <= 4 * 1024 * 1024, some: kept.services.length > 1000 }).toEqual({ printed: false, small: true, some: true });
});

test("the best match goes first; one word must be the place's own, the others may be its server's", () => {
  const state = { at: 1, projects: [project(1, "web")], services: [service(3, idOf(1), "open-web"), service(4, idOf(1), "rewebbed"), service(5, idOf(1), "web"), service(6, idOf(1), "api", { hostname: "web.example.com" })], status: null };
  const servers = [{ name: "fra-1", tags: ["prod"], places: placesOf(idOf(100), state) }, { name: "web-server", tags: [], places: placesOf(idOf(101), { ...state, projects: [], services: [service(9, idOf(1), "queue")] }) }];
  const found = (text: string) => find(servers, text, 10).places.map(({ name, serviceId }) => (serviceId ? name : `${name} (project)`));
  expect({ web: found("WEB"), tag: found("prod api"), only: found("prod"), none: found(" "), sign: found("(") }).toEqual({
    web: ["web (project)", "web", "open-web", "rewebbed", "api"],
    tag: ["api"],
    only: [],
    none: [],
    sign: [],
  });
});

test("of several environments each place says its own, and is found by it", () => {
  const shop = project(1, "shop");
  const staging = { ...shop.environments[0]!, id: idOf(9), name: "staging" };
  const state = { at: 1, projects: [{ ...shop, environments: [...shop.environments, staging] }], services: [service(3, idOf(1), "web"), service(4, idOf(1), "web", { environmentId: staging.id })], status: null };
  const { places } = find([{ name: "fra-1", tags: [], places: placesOf(idOf(100), state) }], "web", 10);
  const [only] = find([{ name: "fra-1", tags: [], places: placesOf(idOf(100), state) }], "web staging", 10).places;
  expect([places.map(({ environment, environmentId }) => [environment, environmentId]), only?.serviceId]).toEqual([[["production", idOf(2)], ["staging", idOf(9)]], idOf(4)]);
});

test("10 000 services of 50 servers are searched in the blink of an eye", () => {
  const servers = Array.from({ length: 50 }, (_, server) => {
    const services = Array.from({ length: 200 }, (_each, index) => service(1000 + index, idOf(1), `service-${server}-${index}`, { hostname: `s${index}.example.com` }));
    return { name: `server ${server}`, tags: ["prod"], places: placesOf(idOf(server), { at: 1, projects: [project(1, "shop")], services, status: null }) };
  });
  const { total, places } = find(servers, "service-4 example prod", 200);
  expect([total, places.length]).toEqual([11 * 200, 200]);
});

test("the end of a job is told once, of a server that nobody looks at, and not while it runs", async () => {
  const { open, end, asked } = world();
  const known = open();
  const told: string[] = [];
  const listening = new AbortController();
  void (async () => {
    for await (const { serverId, job } of known.outcomes(listening.signal)) told.push(`${serverId} ${job.id}`);
  })();
  await expect.poll(() => names(known, "web")).toEqual(["web"]);
  for (const id of ["runs", "one"]) {
    end(id);
    await expect.poll(() => asked.includes(id)).toBe(true);
  }
  await expect.poll(() => told).toEqual([`${idOf(100)} one`]);
  end("one");
  end("two");
  await expect.poll(() => told).toEqual([`${idOf(100)} one`, `${idOf(100)} two`]);
  listening.abort();
  known.close();
});
