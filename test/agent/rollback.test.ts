// The way back on the real Docker and Caddy of this machine: two releases of one image, one that fails, one whose image is gone.
import { afterAll, beforeAll, expect, test } from "vitest";
import { serviceConfig, type Service } from "../../agent/contract/index.ts";
import { run as runSql } from "../../agent/src/store/index.ts";
import { run } from "../world/command.ts";
import { dockerBin } from "../world/docker.ts";
import { ensureImage } from "../world/images/images.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

let local: LocalAgent;
let service: Service;
const of = () => ({ serviceId: service.id });
const HOSTNAME = "web.back.test";
const APP = `require("http").createServer((q, s) => s.end(process.env.CONTENT + " " + process.env.AEROPLANE_RELEASE_ID)).listen(3000); process.on("SIGTERM", () => process.exit(0))`;
const config = (startCommand: string) => serviceConfig.parse({ source: { type: "image", reference: "node:24-slim" }, port: 3000, healthSeconds: 60, drainSeconds: 0, startCommand });

beforeAll(async () => {
  local = await startLocalAgent();
  await ensureImage("node:24-slim");
  const { environments } = await local.client.projects.create({ name: "Back" });
  service = await local.client.services.create({ environmentId: environments[0]!.id, name: "web", shape: "web", hostname: HOSTNAME, config: config(`node -e '${APP}'`) });
});
afterAll(() => local?.stop());

async function deployed(content: string): Promise<string> {
  await local.client.variables.change({ environmentId: service.environmentId, ...of(), set: { CONTENT: content } });
  const { problem, releaseId } = await local.deployed((await local.client.deployments.start(of())).id);
  expect(problem).toBeNull();
  return releaseId!;
}
const back = async (releaseId: string) => local.deployed((await local.client.deployments.rollback({ ...of(), releaseId })).id);
const says = async () => (await local.fetch(HOSTNAME)).body;
/** Releases by whose name an image of the service is held. */
const held = async () =>
  (await run([dockerBin, "images", "--format", "{{.Repository}}:{{.Tag}}"]))
    .split("\n")
    .flatMap((tag) => (tag.includes(`/${service.id}:`) ? [tag.split(":").at(-1)!] : []))
    .sort();
const kept = async () => (await local.client.deployments.releases(of())).map(({ id }) => id);

let one: string;
let two: string;
let copyOfOne: string;
test("a rollback brings the variables of then, and each of two releases of one image holds it", async () => {
  [one, two] = [await deployed("one"), await deployed("two")];
  const { state, why, steps, releaseId, image, fromReleaseId } = await back(one);
  expect([state, why, steps.map(({ name }) => name), image, fromReleaseId]).toEqual(["succeeded", "rollback", ["release", "check", "route", "retire"], "node:24-slim", one]);
  copyOfOne = releaseId!;
  expect([await says(), await held()]).toEqual([`one ${releaseId}`, [one, two, releaseId!].sort()]);
  const { changed, liveRelease } = await local.client.services.get({ id: service.id });
  expect([changed, liveRelease?.id, await kept()]).toEqual([true, releaseId, [releaseId, two, one]]);
});

test("copies of one release that nobody pinned go but for the newest and the first; what was pinned and what serves stay with their image", async () => {
  await local.client.deployments.pin({ ...of(), releaseId: one });
  const made: string[] = [];
  for (let number = 0; number < 5; number++) made.unshift((await back(made[0] ?? two)).releaseId!);
  const stay = [made[0]!, made[1]!, copyOfOne, two, one];
  expect([await kept(), await held()]).toEqual([stay, [...stay].sort()]);
  expect(await says()).toBe(`two ${made[0]}`);
});

test("one that does not become healthy any more, and one whose image is gone, leave what serves as it is", async () => {
  const [before, images] = [await says(), await held()];
  const { db } = local.agent;
  const [failing, gone] = (await kept()).slice(1, 3) as [string, string];
  runSql(db, "UPDATE release SET config = json_set(config, '$.startCommand', ?) WHERE id = ?", "node -e 'process.exit(7)'", failing);
  runSql(db, "UPDATE release SET imageId = ? WHERE id = ?", `sha256:${"0".repeat(64)}`, gone);
  const ends = [await back(failing), await back(gone)];
  expect(ends.map(({ state, problem }) => [state, problem?.code])).toEqual([["failed", "APP_EXITED"], ["failed", "RELEASE_MATERIAL_GONE"]]);
  expect([await says(), await held(), (await kept()).includes(ends[0]!.releaseId!)]).toEqual([before, images, false]);
});
