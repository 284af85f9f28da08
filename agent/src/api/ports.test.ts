import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { createRouterClient, safe } from "@orpc/server";
import type { ContractRouterClient } from "@orpc/contract";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { serviceConfig, type AgentContract, type Problem } from "../../contract/index.ts";
import { assignVirtualAddresses, wantedNames } from "../network/environments.ts";
import { canTranslate } from "../network/table.ts";
import { createInstance, createRelease, findService, setLiveRelease, setSubnet, updateRelease } from "../store/index.ts";
import { openRooms } from "./rooms.fixture.ts";

const canPublish = await canTranslate("aeroplane_probe");
let rooms: ReturnType<typeof openRooms>;
let client: ContractRouterClient<AgentContract>;
let environmentId = "";
const source = { type: "image" as const, reference: "nginx:1" };
beforeEach(async () => {
  rooms = openRooms();
  client = createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key: null } });
  environmentId = (await client.projects.create({ name: "shop" })).environments[0]!.id;
});
afterEach(() => rooms.close());

type Ports = { port: number; target?: number; protocol?: "tcp" | "udp"; address?: string }[];
const make = async (name: string, publish: Ports = [], shape: "web" | "worker" = "web") => (await client.services.create({ environmentId, name, shape, config: { source, publish } })).id;
const stage = (serviceId: string, publish: Ports | null) => client.staged.stage({ environmentId, serviceId, settings: { publish } });
async function said(call: Promise<unknown>): Promise<string> {
  const { error } = await safe(call);
  const problem = (error as { data?: Problem } | null)?.data;
  return problem === undefined ? String(error ?? "ok") : `${problem.code} ${problem.values.why ?? problem.values.holder}`;
}
/** One that nobody has: beyond those that a kernel gives away by itself, so that nobody beside this takes it meanwhile. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 61_000 + Math.floor(Math.random() * 4500);
    const server = createServer().listen(port);
    const isFree = await once(server, "listening").then(() => true, () => false);
    if (!isFree) continue;
    await once(server.close(), "close");
    return port;
  }
}

test.skipIf(!canPublish)("what the server needs itself, what another process has and an address that it has not are refused", async () => {
  const api = await make("api");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const answers: string[] = [];
  for (const one of [{ port: 22 }, { port: 80 }, { port: 443, protocol: "udp" as const }, { port }, { port: 40_000, address: "203.0.113.7" }]) answers.push(await said(stage(api, [one])));
  expect(answers).toEqual([
    "INVALID_INPUT 22 cannot be given away: it is the way in to the server",
    "INVALID_INPUT 80 cannot be given away: sites are served there",
    "INVALID_INPUT 443 cannot be given away: sites are served there",
    expect.stringMatching(new RegExp(`^SERVER_PORT_TAKEN .*process ${process.pid}$`)),
    expect.stringMatching(/^INVALID_INPUT 203.0.113.7 is no address of this server/),
  ]);
  expect(await said(make("job", [{ port: await freePort() }], "worker"))).toMatch(/^INVALID_INPUT a worker without a port/);
});

test.skipIf(!canPublish)("a port of the server is one service's, in whatever environment; tcp and udp are two", async () => {
  const [api, port] = [await make("api"), await freePort()];
  await stage(api, [{ port }]);
  const staging = (await client.environments.create({ projectId: findService(rooms.core.db, api)!.projectId, name: "staging" })).id;
  const other = (await client.services.create({ environmentId: staging, name: "other", shape: "web", config: { source } })).id;
  const take = (protocol: "tcp" | "udp") => said(client.staged.stage({ environmentId: staging, serviceId: other, settings: { publish: [{ port, protocol }] } }));
  expect([await take("tcp"), await take("udp"), await said(stage(api, [{ port, target: 5 }]))]).toEqual(["SERVER_PORT_TAKEN the service api: a staged change gives it to it", "ok", "ok"]);
});

test("what is open leads to the live containers of the live release", () => {
  const { db } = rooms.core;
  return make("api").then((api) => {
    setSubnet(db, environmentId, "10.192.0.0/24");
    assignVirtualAddresses(db, environmentId);
    const id = uuid();
    const publish = [{ port: 5432, target: null }, { port: 53, target: 5353, protocol: "udp" as const }];
    createRelease(db, { id, serviceId: api, deploymentId: uuid(), shape: "web", config: serviceConfig.parse({ source, publish }), variables: null });
    updateRelease(db, id, { state: "live", port: 3000 });
    createInstance(db, { id: uuid(), releaseId: id, ordinal: 1, address: "10.192.0.2" });
    const published = () => wantedNames(db).flatMap(({ services }) => services.flatMap((service) => (service.published ?? []).map(({ port, target, protocol, live }) => [port, target, protocol, live])));
    expect(published()).toEqual([]);
    setLiveRelease(db, api, id);
    expect(published().map(([port, target, protocol]) => [port, target, protocol])).toEqual([[5432, 3000, "tcp"], [53, 5353, "udp"]]);
  });
});
