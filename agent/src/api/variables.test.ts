import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient, safe } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AgentContract } from "../../contract/index.ts";
import { findService } from "../store/index.ts";
import { resolve } from "../variables/index.ts";
import { openRooms } from "./rooms.fixture.ts";

let rooms: ReturnType<typeof openRooms>;
let client: ContractRouterClient<AgentContract>;
let scope: { environmentId: string; serviceId: string };
beforeEach(async () => {
  rooms = openRooms();
  client = createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key: null } });
  const { environments } = await client.projects.create({ name: "shop" });
  const environmentId = environments[0]!.id;
  const { id } = await client.services.create({ environmentId, name: "web", shape: "web", config: { source: { type: "image", reference: "nginx:1" } }, variables: { TOKEN: "one" } });
  scope = { environmentId, serviceId: id };
});
afterEach(() => rooms.close());

const reveal = async (name: string) => {
  const { error, data } = await safe(client.variables.reveal({ ...scope, name }));
  return error ? (error as { code?: string }).code : data.value;
};
const kinds = async () => Object.fromEntries((await client.variables.list(scope)).map(({ name, kind }) => [name, kind]));
const told = async () => (await client.variables.history(scope)).map(({ name, act, by }) => [name, act, by]);

test("a secret is shown no more, however it is replaced; who wants it plain removes it first", async () => {
  expect(await reveal("TOKEN")).toBe("one");
  await client.variables.change({ ...scope, set: { FRESH: "x" }, secret: ["TOKEN", "FRESH", "NOT_THERE"] });
  expect([await kinds(), await reveal("TOKEN"), await reveal("FRESH")]).toEqual([{ TOKEN: "secret", FRESH: "secret" }, "VARIABLE_IS_SECRET", "VARIABLE_IS_SECRET"]);
  await client.variables.change({ ...scope, set: { TOKEN: "two" } });
  expect([await kinds(), await reveal("TOKEN")]).toEqual([{ TOKEN: "secret", FRESH: "secret" }, "VARIABLE_IS_SECRET"]);
  // What runs still has it.
  expect((await resolve(rooms.core, findService(rooms.core.db, scope.serviceId)!, uuid())).values).toEqual({ TOKEN: "two", FRESH: "x" });
  await client.variables.change({ ...scope, remove: ["TOKEN"] });
  await client.variables.change({ ...scope, set: { TOKEN: "three" } });
  expect([await kinds(), await reveal("TOKEN")]).toEqual([{ TOKEN: "plain", FRESH: "secret" }, "three"]);
});

test("a secret stays one when the service that it refers to is renamed", async () => {
  await client.services.create({ environmentId: scope.environmentId, name: "api", shape: "web", config: { source: { type: "image", reference: "nginx:1" } }, variables: { URL: "http" } });
  await client.variables.change({ ...scope, set: { API: "${{api.URL}}" }, secret: ["API"] });
  const api = (await client.services.list({ environmentId: scope.environmentId })).find(({ name }) => name === "api")!;
  await client.services.update({ id: api.id, name: "core" });
  expect((await client.variables.list(scope)).find(({ name }) => name === "API")).toMatchObject({ kind: "secret", refers: ["core.URL"] });
});

test("history tells who changed which name and never a value, newest first, the last 500", async () => {
  await client.variables.change({ ...scope, set: { A: "hidden-value" }, secret: ["A"] });
  await client.variables.change({ ...scope, remove: ["A", "NOT_THERE"] });
  expect(await told()).toEqual([["A", "removed", "ada"], ["A", "secret", "ada"], ["A", "set", "ada"], ["TOKEN", "set", "ada"]]);
  expect(JSON.stringify(await client.variables.history(scope))).not.toContain("hidden-value");
  for (let round = 0; round < 3; round++) await client.variables.change({ ...scope, set: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`V${at}`, String(round)])) });
  const kept = await told();
  expect([kept.length, kept[0]]).toEqual([500, ["V199", "set", "ada"]]);
  rooms.core.db.prepare("DELETE FROM service WHERE id = ?").run(scope.serviceId);
  expect(rooms.core.db.prepare("SELECT count(*) AS rest FROM variableChange").get()).toEqual({ rest: 0 });
});

test("a refused change leaves no history", async () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`V${at}`, ""]));
  const { error } = await safe(client.variables.change({ ...scope, set: many }));
  expect([(error as { code?: string } | null)?.code, await told()]).toEqual(["INVALID_INPUT", [["TOKEN", "set", "ada"]]]);
});
