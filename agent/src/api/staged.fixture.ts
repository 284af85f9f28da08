// Two people, somebody who only looks, and one environment whose changes wait for a Deploy.
import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient, safe } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, vi } from "vitest";
import type { AgentContract } from "../../contract/index.ts";
import { entryOf } from "../jobs/entry.fixture.ts";
import { claim } from "../jobs/index.ts";
import { createPerson, createRelease, findService, setLiveRelease, updateRelease } from "../store/index.ts";
import { resolve } from "../variables/index.ts";
import { openRooms } from "./rooms.fixture.ts";

type Client = ContractRouterClient<AgentContract>;
export let rooms: ReturnType<typeof openRooms>;
export let ada: Client;
export let grace: Client;
export let viewer: Client;
export let production = "";
export const as = (login: string, key: string | null = null): Client => createRouterClient(rooms.router, { context: { login, desktop: "laptop", key } });

/** Anew for each test of the file that calls it. */
export function openStaged(): void {
  beforeEach(async () => {
    rooms = openRooms();
    [ada, grace] = [as("ada"), as("grace")];
    const personId = uuid();
    createPerson(rooms.core.db, { id: personId, name: "Vera", role: "viewer", publicKey: "ssh-ed25519 x", fingerprint: "SHA256:x" });
    viewer = createRouterClient(rooms.router, { context: { login: "aeroplane", personId, desktop: null, key: null } });
    rooms.core.jobs.register([entryOf("deploy", { claims: ({ subject }) => [claim.process(subject, "X")], run: () => new Promise(() => {}) })]);
    production = (await ada.projects.create({ name: "shop" })).environments[0]!.id;
  });
  afterEach(() => {
    vi.restoreAllMocks();
    return rooms.close();
  });
}

type Shape = "web" | "worker";
export const make = async (name: string, variables: Record<string, string> = {}, { live = true, port = null as number | null, shape = "web" as Shape } = {}) => {
  const { id } = await ada.services.create({ environmentId: production, name, shape, config: { source: { type: "image", reference: "nginx:1" }, port }, variables });
  if (live) await serve(id, port);
  return id;
};
export async function serve(id: string, port: number | null = null) {
  const { db } = rooms.core;
  const release = uuid();
  const { digest } = await resolve(rooms.core, findService(db, id)!, release);
  createRelease(db, { id: release, serviceId: id, deploymentId: uuid(), shape: "web", config: findService(db, id)!.config as never, variables: null, variablesDigest: digest });
  updateRelease(db, release, { port });
  setLiveRelease(db, id, release);
}
type Edits = Omit<Parameters<Client["staged"]["stage"]>[0], "environmentId" | "serviceId">;
export const stage = (serviceId: string | null, edits: Edits, client = ada) => client.staged.stage({ environmentId: production, serviceId, ...edits });
export const list = (client = ada) => client.staged.list({ environmentId: production });
export const rows = async () => (await list()).map(({ name, act, kind, value, by }) => [name, act, kind, value, by]);
export const ids = async () => (await list()).map(({ id }) => id);
export const review = (only?: string[]) => ada.staged.review({ environmentId: production, ...(only === undefined ? {} : { ids: only }) });
export const deploy = async (client = ada, only?: string[]) => client.staged.deploy({ environmentId: production, ids: only ?? (await ids()) });
export const refusal = async (call: Promise<unknown>) => {
  const { error } = await safe(call);
  const problem = (error as { data?: { code: string; message: string } } | null)?.data;
  return problem ? `${problem.code}: ${problem.message}` : String(error ?? "ok");
};
export const wanted = async (serviceId: string) => (await resolve(rooms.core, findService(rooms.core.db, serviceId)!, uuid())).values;
