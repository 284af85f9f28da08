import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDocker } from "./client.ts";
import { killContainer, writtenLayers } from "./layers.ts";

const asked: string[] = [];
let answer: [number, unknown] = [204, undefined];
let folder: string;
let socket: string;
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.writeHead(answer[0], { "content-type": "application/json" }).end(answer[1] === undefined ? undefined : JSON.stringify(answer[1]));
});

beforeEach(async () => {
  asked.length = 0;
  folder = mkdtempSync(join(tmpdir(), "aeroplane-layers-"));
  socket = join(folder, "docker.sock");
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

test("a container is killed; one that has ended or is gone is no failure, and any other refusal is", async () => {
  const docker = openDocker(socket);
  answer = [204, undefined];
  await killContainer(docker, "c1");
  expect(asked.map((line) => line.replace(/\?.*/, ""))).toEqual(["POST /containers/c1/kill"]);
  for (const status of [404, 409]) {
    answer = [status, { message: "no" }];
    await killContainer(docker, "c1");
  }
  answer = [500, { message: "no" }];
  await expect(killContainer(docker, "c1")).rejects.toThrow();
});

test("what all containers of services have written is asked for, also of those that have ended", async () => {
  const labels = (service?: string) => ({ "run.aeroplane.instance": "i", ...(service === undefined ? {} : { "run.aeroplane.service": service }) });
  answer = [200, [{ Id: "c1", State: "running", SizeRw: 5, Labels: labels("a") }, { Id: "c2", State: "exited", SizeRw: 7, Labels: labels("b") }, { Id: "c3", State: "restarting", Labels: labels("c") }, { Id: "c4", State: "running", SizeRw: 9, Labels: labels() }]];
  expect(await writtenLayers(openDocker(socket), "i")).toEqual([
    { container: "c1", serviceId: "a", written: 5, running: true },
    { container: "c2", serviceId: "b", written: 7, running: false },
    { container: "c3", serviceId: "c", written: 0, running: true },
  ]);
  expect(asked.every((line) => /size=(true|1)/.test(line) && /all=(true|1)/.test(line))).toBe(true);
});
