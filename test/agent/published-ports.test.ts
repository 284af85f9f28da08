// Ports of the server that lead to a service, on the real engine: from outside of its network and from the server itself.
import { once } from "node:events";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serviceConfig, type ServiceConfig } from "../../agent/contract/index.ts";
import { short } from "../../agent/src/docker/names.ts";
import { run } from "../world/command.ts";
import { docker } from "../world/docker.ts";
import { ensureImage } from "../world/images/images.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

/** What has come is answered before it ends, however slow the machine is. */
const SERVE = `const server = require("http").createServer((_, answer) => answer.end(process.env.RELEASE)).listen(3000); process.on("SIGTERM", () => server.close(() => process.exit()))`;
/** Asks again a few milliseconds after each answer until it is killed, each time on a connection of its own; a line for each answer. */
const ASK = `const http = require("http"); const told = (line) => { console.log(line); setTimeout(ask, 20); }; const failed = (error) => told("failed " + error.code); const ask = () => http.get({ host: process.argv[1], port: process.argv[2], agent: false }, (answer) => answer.toArray().then((all) => told(Buffer.concat(all).toString()), failed)).on("error", failed); ask()`;
const source = { type: "image" as const, reference: "node:24-slim" };

let local: LocalAgent;
let environmentId: string;
beforeAll(async () => {
  await ensureImage("node:24-slim");
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Ports" })).environments[0]!.id;
});
afterAll(() => local?.stop());

const config = (more: Partial<ServiceConfig>) => serviceConfig.parse({ source, drainSeconds: 2, stopSeconds: 60, healthSeconds: 60, port: 3000, replicas: 2, startCommand: `node -e '${SERVE}'`, ...more });
/** Beyond those that a kernel gives away by itself: nobody beside this test comes to it by chance. */
async function unusedPort(): Promise<number> {
  for (;;) {
    const port = 61_000 + Math.floor(Math.random() * 4500);
    const server = createServer().listen(port);
    if (!(await once(server, "listening").then(() => true, () => false))) continue;
    await once(server.close(), "close");
    return port;
  }
}
const own = () => Object.values(networkInterfaces()).flatMap((each) => each ?? []).find(({ family, internal }) => family === "IPv4" && !internal)!.address;
const ask = (port: number) => fetch(`http://${own()}:${port}/`, { headers: { connection: "close" } }).then((answer) => answer.text(), (error: { cause?: { code?: string } }) => error.cause?.code);

test("who reaches the server reaches the live release, over a switch without a failure, until it is taken back", async () => {
  const port = await unusedPort();
  const api = await local.client.services.create({ environmentId, name: "api", shape: "web", config: config({ publish: [{ port, target: null, protocol: "tcp", address: "0.0.0.0" }] }), variables: { RELEASE: "one" } });
  const deploy = async () => expect((await local.deployed((await local.client.deployments.start({ serviceId: api.id })).id)).problem).toBeNull();
  expect(await ask(port)).toBe("ECONNREFUSED");
  await deploy();
  expect(await ask(port)).toBe("one");

  // A stranger in Docker's own network comes in as from outside.
  const gateway = (await docker(["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"])).trim();
  const stranger = (await docker(["run", "--detach", "node:24-slim", "node", "-e", ASK, gateway, String(port)])).trim();
  try {
    const lines = async () => (await docker(["logs", stranger])).split("\n").filter(Boolean);
    await expect.poll(async () => (await lines()).length, { timeout: 90_000 }).toBeGreaterThan(5);
    await local.client.variables.change({ environmentId, serviceId: api.id, set: { RELEASE: "two" } });
    await deploy();
    await expect.poll(async () => (await lines()).at(-1), { timeout: 90_000 }).toBe("two");
    expect([...new Set(await lines())]).toEqual(["one", "two"]);
  } finally {
    await docker(["rm", "--force", stranger]);
  }

  await local.client.services.update({ id: api.id, config: config({}) });
  expect(await ask(port)).toBe("two");
  await deploy();
  expect(await ask(port)).toBe("ECONNREFUSED");
  const table = `aeroplane_${short(local.agent.instanceId)}`;
  expect((await run(["iptables", "-S", "DOCKER-USER"])).includes(table)).toBe(false);
});
