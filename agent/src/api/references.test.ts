import { StatementSync } from "node:sqlite";
import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AgentContract } from "../../contract/index.ts";
import { entryOf } from "../jobs/entry.fixture.ts";
import { claim } from "../jobs/index.ts";
import { createRelease, findRelease, findService, setLiveRelease, setReleaseDigest, updateRelease } from "../store/index.ts";
import { prepareRename, resolve } from "../variables/index.ts";
import { openRooms } from "./rooms.fixture.ts";

let rooms: ReturnType<typeof openRooms>;
let client: ContractRouterClient<AgentContract>;
let [production, staging] = ["", ""];
beforeEach(async () => {
  rooms = openRooms();
  client = createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key: null } });
  const project = await client.projects.create({ name: "shop" });
  production = project.environments[0]!.id;
  staging = (await client.environments.create({ projectId: project.id, name: "staging" })).id;
});
afterEach(() => rooms.close());

const make = async (name: string, variables: Record<string, string>, { environmentId = production, ...more }: { environmentId?: string; hostname?: string; port?: number | null } = {}) => {
  const { port = null, ...rest } = more;
  return (await client.services.create({ environmentId, name, shape: "web", config: { source: { type: "image", reference: "nginx:1" }, port }, variables, ...rest })).id;
};
const set = (serviceId: string, values: Record<string, string>) => client.variables.change({ environmentId: production, serviceId, set: values });
const resolved = async (id: string, releaseId = uuid()) => (await resolve(rooms.core, findService(rooms.core.db, id)!, releaseId)).values;
const refused = (id: string) => resolved(id).then(() => null, (error: { problem: { code: string; message: string } }) => [error.problem.code, error.problem.message]);
/** A release made with what is wanted now, and on its way. */
async function prepare(id: string) {
  const { db } = rooms.core;
  const release = uuid();
  const { digest } = await resolve(rooms.core, findService(db, id)!, release);
  createRelease(db, { id: release, serviceId: id, deploymentId: uuid(), shape: "web", config: findService(db, id)!.config as never, variables: null, variablesDigest: digest });
  return release;
}
/** The same, that serves. */
async function live(id: string, port: number | null = null) {
  const { db } = rooms.core;
  const release = await prepare(id);
  updateRelease(db, release, { port });
  setLiveRelease(db, id, release);
  return release;
}
type Heard = { entity: string; id: string }[];
/** Answers what was told from now on until it is asked. */
async function listen(): Promise<() => Promise<Heard>> {
  const next = async (after?: string) => {
    const watched = await client.changes.watch(after === undefined ? {} : { after });
    const { value } = await watched.next();
    await watched.return?.();
    return value as { cursor: string; items: Heard };
  };
  const { cursor } = await next();
  return async () => (await next(cursor)).items;
}
const servicesIn = (heard: Heard) => heard.filter(({ entity }) => entity === "service").map(({ id }) => id).sort();
const changed = async () => (await client.services.list({ environmentId: production })).filter((service) => service.changed).map(({ name }) => name);

test("a service has what its siblings have, with their references filled in, and nothing of another environment", async () => {
  await client.variables.change({ environmentId: production, serviceId: null, set: { PASSWORD: "pa${{ss" } });
  await make("db", { USER: "app", URL: "pg://${{self.USER}}:${{shared.PASSWORD}}@${{self.AEROPLANE_PRIVATE_NAME}}" });
  await make("db", { URL: "of staging" }, { environmentId: staging });
  const api = await make("api", { DATABASE: "${{db.URL}}/api", TWICE: "${{self.DATABASE}} ${{db.URL}}" });
  expect(await resolved(api)).toEqual({ DATABASE: "pg://app:pa${{ss@db/api", TWICE: "pg://app:pa${{ss@db/api pg://app:pa${{ss@db" });
  const listed = await client.variables.list({ environmentId: production, serviceId: api });
  expect(listed.map(({ name, refers }) => [name, refers])).toEqual([["DATABASE", ["db.URL"]], ["TWICE", ["db.URL", "self.DATABASE"]]]);
});

test("facts of a service are what it is now; a release knows its own id", async () => {
  const api = await make("api", { OWN: "${{self.AEROPLANE_RELEASE_ID}}" }, { hostname: "api.example.com" });
  const web = await make("web", { API: "http://${{api.AEROPLANE_PRIVATE_NAME}}:${{api.AEROPLANE_PORT}} https://${{api.AEROPLANE_DOMAIN}}" });
  expect(await refused(web)).toEqual(["VARIABLE_FACT_MISSING", "The variable API of web refers to ${{api.AEROPLANE_PORT}}, which api does not have now."]);
  const release = await live(api, 3000);
  expect([await resolved(web), await resolved(api, "the-new-one")]).toEqual([{ API: "http://api:3000 https://api.example.com" }, { OWN: "the-new-one" }]);
  await set(web, { API: "${{api.AEROPLANE_RELEASE_ID}}" });
  expect(await resolved(web)).toEqual({ API: release });
});

test("a variable that is called like a fact stays beside it", async () => {
  const web = await make("web", { A: "${{self.AEROPLANE_PRIVATE_NAME}}", AEROPLANE_PRIVATE_NAME: "${{web.AEROPLANE_PRIVATE_NAME}}-2", Z: "${{self.AEROPLANE_PRIVATE_NAME}}" });
  expect(await resolved(web)).toEqual({ A: "web", AEROPLANE_PRIVATE_NAME: "web-2", Z: "web" });
});

test("what refers to nothing or to itself is refused, and the way is named", async () => {
  const api = await make("api", { A: "${{web.B}}", TYPO: "${{web.NONE}}" });
  const web = await make("web", { B: "${{self.C}}", C: "x" });
  expect(await refused(api)).toEqual(["VARIABLE_REFERENCE_UNKNOWN", "The variable TYPO of api refers to ${{web.NONE}}, which does not exist."]);
  await set(api, { TYPO: "${{nobody.A}}" });
  expect((await refused(api))?.[1]).toBe("The variable TYPO of api refers to ${{nobody.A}}, which does not exist.");
  await set(api, { TYPO: "" });
  await set(web, { C: "${{api.A}}" });
  expect([await refused(api), await refused(web)]).toEqual([
    ["VARIABLE_REFERENCE_CIRCULAR", "Variables of api refer to each other in a circle: api.A → web.B → web.C → api.A."],
    ["VARIABLE_REFERENCE_CIRCULAR", "Variables of web refer to each other in a circle: web.B → web.C → api.A → web.B."],
  ]);
  await set(web, { C: "${{self.C}}" });
  expect((await refused(api))?.[1]).toBe("Variables of api refer to each other in a circle: web.C → web.C.");
  // Two services may refer to each other, as long as no value goes round.
  await set(web, { B: "1", C: "${{api.OTHER}}" });
  await set(api, { OTHER: "2" });
  expect([await resolved(api), await resolved(web)]).toEqual([{ A: "1", OTHER: "2", TYPO: "" }, { B: "1", C: "2" }]);
});

test("of a secret nothing is told that stands between braces", async () => {
  const web = await make("web", { KEY: "a${{hunter 2}}b" });
  expect((await refused(web))?.[1]).toBe("The variable KEY of web refers to ${{hunter 2}}, which does not exist.");
  await client.variables.change({ environmentId: production, serviceId: web, secret: ["KEY"] });
  expect((await refused(web))?.[1]).toBe("The variable KEY of web refers to something, which does not exist.");
});

test("a chain is as long as there may be variables, and a longer one is refused; nobody’s list goes without an answer", async () => {
  const [services, each] = [10, 500];
  const ids: string[] = [];
  for (let at = 0; at < services; at += 1) {
    const next = (index: number) => (at + 1 < services ? `\${{s${at + 1}.V${index}}}` : index + 1 < each ? `\${{s0.V${index + 1}}}` : "end");
    ids.push(await make(`s${at}`, Object.fromEntries(Array.from({ length: each }, (_, index) => [`V${index}`, next(index)]))));
  }
  const values = await resolved(ids[0]!);
  expect([Object.keys(values).length, new Set(Object.values(values))]).toEqual([each, new Set(["end"])]);
  await live(ids[0]!);
  expect(await resolved(await make("far", { A: "${{s0.V0}}" }))).toEqual({ A: "end" });
  const farther = await make("farther", { A: "x" });
  await live(farther);
  await set(farther, { A: "${{far.A}}" });
  expect(await refused(farther)).toEqual(["VARIABLE_REFERENCE_TOO_MANY", "Variables of farther lead to more than 5000 others."]);
  expect(await changed()).toEqual([]);
  await set(ids[9]!, { V499: "${{s0.V0}}" });
  const [code, words = ""] = (await refused(ids[0]!)) ?? [];
  expect([code, words.length < 500, words.includes("s0.V0 → s1.V0 → ")]).toEqual(["VARIABLE_REFERENCE_CIRCULAR", true, true]);
});

test("however many refer to a variable, it is looked at once", async () => {
  const most = 500;
  const all = (upTo: number) => Array.from({ length: upTo }, (_, at) => `\${{api.V${at}}}`).join("");
  const api = await make("api", Object.fromEntries(Array.from({ length: most }, (_, at) => [`V${at}`, all(at)])));
  const looks = vi.spyOn(StatementSync.prototype, "get");
  const values = await resolved(api);
  const count = looks.mock.calls.length;
  looks.mockRestore();
  expect([new Set(Object.values(values)), Object.keys(values).length, count <= most + 1]).toEqual([new Set([""]), most, true]);
  await set(api, Object.fromEntries(Array.from({ length: most }, (_, at) => [`V${at}`, all(most)])));
  expect((await refused(api))?.[0]).toBe("VARIABLE_REFERENCE_CIRCULAR");
});

test("values that double each other are refused before they fill the memory", async () => {
  const doubling = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`V${at}`, at === 0 ? "x" : `\${{self.V${at - 1}}}\${{self.V${at - 1}}}`]));
  expect(await refused(await make("web", doubling))).toEqual(["VARIABLES_TOO_LARGE", "The variable V17 of web has more than 128 KB after its references are put in."]);
});

test("“changed” follows references, also through others, and never an id", async () => {
  const db = await make("db", { HOST: "one", OTHER: "x" });
  const api = await make("api", { URL: "pg://${{db.HOST}}", RELEASE: "${{db.AEROPLANE_RELEASE_ID}}", AT: "${{db.AEROPLANE_DOMAIN}}" }, {});
  const web = await make("web", { API: "${{api.URL}}" });
  await client.services.update({ id: db, hostname: "db.example.com" });
  for (const id of [db, api, web]) await live(id);
  const told = [await changed()];
  await live(db);
  told.push(await changed());
  await set(db, { OTHER: "y" });
  told.push(await changed());
  await set(db, { OTHER: "x", HOST: "two" });
  told.push(await changed());
  await set(db, { HOST: "one" });
  await client.services.update({ id: db, hostname: "other.example.com" });
  told.push(await changed());
  expect(told).toEqual([[], [], ["db"], ["db", "api", "web"], ["api"]]);
});

test("a renamed service stays what its siblings refer to, and only who has its name is changed", async () => {
  const api = await make("api", { URL: "http", OWN: "${{self.URL}}" });
  const web = await make("web", { API: "${{api.URL}} ${{ api.URL }} $${{api.URL}} ${{shared.api}}" });
  await make("far", { API: "${{web.API}}" });
  const named = await make("named", { API: "${{api.AEROPLANE_PRIVATE_NAME}}" });
  await client.variables.change({ environmentId: production, serviceId: null, set: { api: "s" } });
  for (const { id } of await client.services.list({ environmentId: production })) await live(id);
  await client.services.update({ id: api, name: "core" });
  const shown = await client.variables.reveal({ environmentId: production, serviceId: web, name: "API" });
  expect([shown.value, shown.refers]).toEqual(["${{core.URL}} ${{ core.URL }} $${{api.URL}} ${{shared.api}}", ["api", "core.URL"]]);
  expect([await resolved(web), await resolved(named)]).toEqual([{ API: "http http ${{api.URL}} s" }, { API: "core" }]);
  expect(await changed()).toEqual(["named"]);
  await set(api, { URL: "https" });
  expect(await changed()).toEqual(["core", "web", "far", "named"]);
});

test("a variable that was changed during a rename makes it begin again", async () => {
  const { db } = rooms.core;
  const api = await make("api", { URL: "http" });
  const web = await make("web", { API: "${{api.URL}}" });
  const apply = await prepareRename(rooms.core, findService(db, api)!, "core");
  await set(web, { API: "new ${{api.URL}}" });
  expect(apply(() => expect.unreachable())).toBe(null);
  await Promise.all([client.services.update({ id: api, name: "core" }), set(web, { API: "newer ${{api.URL}}" }), set(web, { MORE: "${{api.URL}}" })]);
  const values = await client.variables.list({ environmentId: production, serviceId: web });
  expect([findService(db, api)?.name, values.map(({ refers }) => refers)]).toEqual(["core", [["core.URL"], ["core.URL"]]]);
});

test("two renames at a time: the references follow the last one, and a taken hostname or a deletion is seen behind the wait", async () => {
  const { db } = rooms.core;
  const api = await make("api", { URL: "http" });
  const web = await make("web", { API: "${{api.URL}}" });
  const rename = (name: string, hostname?: string) => client.services.update({ id: api, name, ...(hostname === undefined ? {} : { hostname }) });
  await Promise.all([rename("core"), rename("heart")]);
  const { name } = findService(db, api)!;
  expect(["core", "heart"]).toContain(name);
  expect([(await client.variables.list({ environmentId: production, serviceId: web }))[0]?.refers, await resolved(web)]).toEqual([[`${name}.URL`], { API: "http" }]);
  const [first, second] = await Promise.allSettled([rename("one", "a.example.com"), client.services.update({ id: web, hostname: "a.example.com" })]);
  expect([first, second.status, findService(db, api)?.name]).toMatchObject([{ status: "rejected", reason: { code: "HOSTNAME_TAKEN" } }, "fulfilled", name]);
  rooms.core.jobs.register([entryOf("delete-service", { claims: ({ subject }) => [claim.service(subject, "X")], deletes: "service", run: () => new Promise(() => {}) })]);
  const [late, deletion] = await Promise.allSettled([rename("two"), client.services.delete({ id: api, confirm: name })]);
  expect([late, deletion.status, findService(db, api)?.name]).toMatchObject([{ status: "rejected", reason: { code: "BUSY" } }, "fulfilled", name]);
});

test("a rename tells whose variables were written anew, and a release on its way keeps the digest of its values", async () => {
  const { db } = rooms.core;
  const api = await make("api", { URL: "http" });
  const web = await make("web", { API: "${{api.URL}}" });
  await make("idle", { API: "none" });
  const [on, old] = [await prepare(web), await prepare(web)];
  setReleaseDigest(db, old, "of other values");
  const heard = await listen();
  await client.services.update({ id: api, name: "core" });
  expect((await heard()).filter(({ entity }) => entity === "variables").map(({ id }) => id)).toEqual([web]);
  expect([findRelease(db, on)?.variablesDigest, findRelease(db, old)?.variablesDigest]).toEqual([(await resolve(rooms.core, findService(db, web)!, on)).digest, "of other values"]);
});

test("who refers to a service hears of its changes, also through others", async () => {
  const api = await make("api", { URL: "http" });
  const web = await make("web", { API: "${{api.URL}}" });
  const far = await make("far", { API: "${{web.API}}", BACK: "${{api.URL}}" });
  await make("stranger", { API: "${{api-2.URL}} ${{web-2.API}}" });
  const heard = await listen();
  await set(api, { URL: "https" });
  const told = [servicesIn(await heard())];
  const update = async (change: { name?: string; hostname?: string; config?: { source: { type: "image"; reference: string }; port: number | null } }) => {
    const after = await listen();
    await client.services.update({ id: api, ...change });
    told.push(servicesIn(await after()));
  };
  const config = { source: { type: "image", reference: "nginx:2" }, port: null } as const;
  await update({ config });
  await update({ config: { ...config, port: 3000 } });
  await update({ hostname: "api.example.com" });
  await update({ name: "api-3" });
  const all = [api, web, far].sort();
  expect(told).toEqual([all, [api], all, all, all]);
});

test("no service is called what a reference means by itself", async () => {
  await expect(make("shared", {})).rejects.toThrow();
  await expect(client.services.update({ id: await make("web", {}), name: "self" })).rejects.toThrow();
});
