// More private names of a service, on the real engine: they come with a release that is live, and go with it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { serviceConfig, type Service, type ServiceConfig } from "../../agent/contract/index.ts";
import { docker, tryDocker } from "../world/docker.ts";
import { ensureImage } from "../world/images/images.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

const SERVE = `require("http").createServer((_, answer) => process.env.BROKEN ? process.exit(1) : answer.end("served")).listen(3000); process.on("SIGTERM", () => process.exit())`;
const ASK = `fetch("http://" + process.argv[1] + ":3000/").then((answer) => answer.text()).then(console.log, (error) => console.log(error.cause.code))`;
const source = { type: "image" as const, reference: "node:24-slim" };

let local: LocalAgent;
let environmentId: string;
beforeAll(async () => {
  await ensureImage("node:24-slim");
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Names" })).environments[0]!.id;
});
afterAll(() => local?.stop());

const config = (more: Partial<ServiceConfig> = {}) => serviceConfig.parse({ source, drainSeconds: 0, healthSeconds: 60, port: 3000, startCommand: `node -e '${SERVE}'`, ...more });
const deploy = async ({ id }: Pick<Service, "id">) => local.deployed((await local.client.deployments.start({ serviceId: id })).id);

test("siblings reach it by each of its names from the deploy that brings them to the one that takes them, or the way back", async () => {
  const api = await local.client.services.create({ environmentId, name: "api", shape: "web", config: config() });
  const asker = await local.client.services.create({ environmentId, name: "asker", shape: "worker", config: config({ startCommand: "sleep 1000", port: null, healthSeconds: 1 }) });
  const [first] = await Promise.all([deploy(api), deploy(asker)]);
  const container = (await docker(["ps", "--quiet", "--filter", `label=run.aeroplane.service=${asker.id}`])).trim();
  const answers = async () => Object.fromEntries(await Promise.all(["api", "db", "cache"].map(async (name) => [name, (await tryDocker(["exec", container, "node", "-e", ASK, name])).stdout.trim()])));
  const unknown = /^(ENOTFOUND|EAI_AGAIN)$/;
  const without = { api: "served", db: expect.stringMatching(unknown), cache: expect.stringMatching(unknown) };
  expect(await answers()).toEqual(without);

  const named = await local.client.services.update({ id: api.id, config: config({ names: ["db", "cache"] }) });
  expect([named.changed, named.privateNames, await answers()]).toEqual([true, [], without]);
  await local.client.variables.change({ environmentId, serviceId: api.id, set: { BROKEN: "1" } });
  expect([(await deploy(api)).state, await answers()]).toEqual(["failed", without]);

  await local.client.variables.change({ environmentId, serviceId: api.id, remove: ["BROKEN"] });
  const second = await deploy(api);
  expect([second.state, await answers()]).toEqual(["succeeded", { api: "served", db: "served", cache: "served" }]);
  expect((await local.client.services.get({ id: api.id })).privateNames).toEqual(["db", "cache"]);

  await local.deployed((await local.client.deployments.rollback({ serviceId: api.id, releaseId: first.releaseId! })).id);
  expect([(await local.client.services.get({ id: api.id })).privateNames, await answers()]).toEqual([[], without]);
  await local.deployed((await local.client.deployments.rollback({ serviceId: api.id, releaseId: second.releaseId! })).id);
  expect(await answers()).toEqual({ api: "served", db: "served", cache: "served" });
});
