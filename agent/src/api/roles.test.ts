import { isContractProcedure, type AnyContractRouter } from "@orpc/contract";
import { createRouterClient, safe } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentContract, PEOPLE_LOGIN, ROLES, shapeNames, type ProcedureMeta, type Role } from "../../contract/index.ts";
import { listAudit } from "../audit/index.ts";
import { traitsOf } from "../shapes/index.ts";
import { createPerson, revokePerson, setPersonRole } from "../store/index.ts";
import { openRooms } from "./rooms.fixture.ts";

const procedures = (contract: AnyContractRouter, path: string[] = []): { name: string; path: string[]; meta: ProcedureMeta }[] =>
  isContractProcedure(contract)
    ? [{ name: path.join("."), path, meta: contract["~orpc"].meta as ProcedureMeta }]
    : Object.entries(contract).flatMap(([key, child]) => procedures(child as AnyContractRouter, [...path, key]));
const all = procedures(agentContract);

let rooms: ReturnType<typeof openRooms>;
const people = Object.fromEntries(ROLES.map((role) => [role, uuid()])) as Record<Role, string>;

beforeAll(() => {
  rooms = openRooms();
  for (const role of ROLES) createPerson(rooms.core.db, { id: people[role], name: `The ${role}`, role, publicKey: `ssh-ed25519 ${role}`, fingerprint: `SHA256:${role}` });
});
afterAll(() => rooms.close());

const clientOf = (personId: string | null) => createRouterClient(rooms.router, { context: { login: PEOPLE_LOGIN, personId, desktop: "laptop", key: null } });

/** The code that this procedure answers with when nothing is given: the role is asked before the input is read. */
async function codeOf(path: readonly string[], personId: string | null): Promise<string> {
  const call = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], clientOf(personId)) as (input: unknown, options: object) => Promise<unknown>;
  const given = new AbortController();
  const { error, data } = await safe(call({}, { signal: given.signal }));
  given.abort();
  await (data as AsyncIterator<unknown> | undefined)?.return?.();
  return error ? ((error as { code?: string }).code ?? String(error)) : "ok";
}

test("every procedure says which role it needs and whether it changes anything", () => {
  expect(all.filter(({ meta }) => !ROLES.includes(meta.role) || typeof meta.mutation !== "boolean")).toEqual([]);
  // What only reads may be seen by everybody but where it shows secrets; who may come in is for owners alone to say.
  expect(all.filter(({ name, meta }) => name.startsWith("people.") && meta.mutation && meta.role !== "owner")).toEqual([]);
  expect(all.find(({ name }) => name === "variables.reveal")?.meta.role).not.toBe("viewer");
});

describe.each(ROLES)("%s", (role) => {
  test.each(all)("$name", async ({ path, meta }) => {
    const may = ROLES.indexOf(role) >= ROLES.indexOf(meta.role);
    const code = await codeOf(path, people[role]);
    expect(may ? code !== "ROLE_REFUSED" && code !== "ACCESS_REVOKED" : code === "ROLE_REFUSED", `${code} for ${role}`).toBe(true);
  });
});

test("a refusal names both roles and is in the audit trail, without what was asked", async () => {
  const { error } = await safe(clientOf(people.viewer).people.invite({ name: "secret plan", role: "owner", publicKey: "x" }));
  expect((error as unknown as { data: unknown }).data).toMatchObject({ code: "ROLE_REFUSED", message: "This needs the role owner; The viewer has the role viewer on this server." });
  const { rows: [last] } = await listAudit(rooms.core.db, { limit: 1 });
  expect(last).toMatchObject({ person: "The viewer", personId: people.viewer, fingerprint: "SHA256:viewer", procedure: "people.invite", outcome: "failed", problem: { code: "ROLE_REFUSED" }, input: "null" });
});

test("a role counts from the next call on, and a revoked person has none", async () => {
  const id = uuid();
  createPerson(rooms.core.db, { id, name: "Noor", role: "viewer", publicKey: "ssh-ed25519 noor", fingerprint: "SHA256:noor" });
  const project = () => safe(clientOf(id).projects.create({ name: `by Noor ${uuid()}` })).then(({ error }) => (error as { code?: string } | null)?.code ?? "ok");
  const before = await project();
  setPersonRole(rooms.core.db, id, "deployer");
  const promoted = await project();
  revokePerson(rooms.core.db, id);
  expect([before, promoted, await project(), await codeOf(["instance", "hello"], id), await codeOf(["instance", "hello"], "")]).toEqual([
    "ROLE_REFUSED",
    "ok",
    "ACCESS_REVOKED",
    "ACCESS_REVOKED",
    "ACCESS_REVOKED",
  ]);
});

test("hello says who asks", async () => {
  const of = async (id: string | null) => (await clientOf(id).instance.hello({})).me;
  expect([await of(people.deployer), await of(null)]).toEqual([
    { role: "deployer", name: "The deployer", personId: people.deployer },
    { role: "owner", name: null, personId: null },
  ]);
});

test("hello says what can be set of a service that is not there yet, as its traits will", async () => {
  const { settings } = await clientOf(people.viewer).instance.hello({});
  expect(settings).toEqual(Object.fromEntries(shapeNames.map((name) => [name, traitsOf({ shape: name }).settings])));
});

test("the same key of two people makes two things", async () => {
  const key = uuid();
  const create = (id: string) => createRouterClient(rooms.router, { context: { login: PEOPLE_LOGIN, personId: id, desktop: null, key } }).projects.create({ name: `one of ${id}` });
  const made = [await create(people.deployer), await create(people.owner)];
  expect(new Set(made.map(({ id }) => id)).size).toBe(2);
});

test("where the agent is not root nobody can be invited, and it says so", async () => {
  const { error } = await safe(clientOf(people.owner).people.invite({ name: "Ada", role: "viewer", publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl" }));
  const { problems } = await clientOf(people.viewer).people.list({});
  expect([(error as { code?: string } | null)?.code, problems[0]?.code]).toEqual(["PEOPLE_UNAVAILABLE", "PEOPLE_UNAVAILABLE"]);
});
