import { expect, test } from "vitest";
import type { ServiceRow } from "../store/index.ts";
import { openDocker } from "../docker/client.ts";
import { dataPathsSoon, refuseLoss, refuseLossSoon, takesContainers } from "./discard.ts";

const service = { id: "0198c0de-0000-7000-8000-000000000001", name: "keeper", shape: "worker" } as ServiceRow;
const away = { docker: openDocker("/nonexistent/docker.sock"), instanceId: "0198c0de-0000-7000-8000-000000000002" };

test("what Docker does not tell is not taken for nothing: the job that would take it along ends", async () => {
  await expect(refuseLoss(away, service, [])).rejects.toMatchObject({ problem: { code: "DOCKER_UNAVAILABLE" } });
  expect(await dataPathsSoon(away, service)).toBeNull();
});

test("a call does not wait for Docker: its job asks again", async () => {
  await expect(refuseLossSoon(away, service, [])).resolves.toBeUndefined();
});

test("files that Caddy serves are asked of nobody", async () => {
  await expect(refuseLoss(away, { ...service, shape: "static" } as ServiceRow, [])).resolves.toBeUndefined();
});

test("a start of what is to run already takes nothing away, and everything else does", () => {
  const kinds = ["start", "restart", "stop", "deploy"];
  expect(kinds.map((kind) => takesContainers(kind, { intent: "running" }))).toEqual([false, true, true, true]);
  expect(kinds.map((kind) => takesContainers(kind, { intent: "stopped" }))).toEqual([true, true, true, true]);
});
