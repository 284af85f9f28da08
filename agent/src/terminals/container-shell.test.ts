import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Docker } from "../docker/client.ts";
import { openContainerShell } from "./container-shell.ts";
import { createTerminalRoom } from "./lazy.ts";

test("a shell that is closed while Docker is silent is hung up on when Docker answers again", async () => {
  let isSilent = false;
  let hear = () => {};
  const answers: string[] = [];
  const inspect = async () => {
    answers.push(isSilent ? "nothing" : "ended");
    if (isSilent) throw new Error("DOCKER_SILENT");
    return { Running: false, ExitCode: 0, Pid: 0 };
  };
  const docker = {
    getContainer: () => ({ exec: async () => ({ id: "e", start: async () => new PassThrough() }) }),
    getExec: () => ({ inspect, resize: async () => {} }),
    pulse: { silentSince: () => (isSilent ? 1 : null), onHeardAgain: (listener: () => void) => ((hear = listener), () => {}) },
  } as unknown as Docker;
  const shell = await openContainerShell(docker, { container: "c", service: "web" }, { rows: 24, columns: 80 });
  isSilent = true;
  shell.end();
  await new Promise(setImmediate);
  isSilent = false;
  hear();
  await shell.ended;
  expect(answers.slice(0, 3)).toEqual(["ended", "nothing", "ended"]);
});

test("a busy engine knows late that a shell runs, that it has ended, and with what", async () => {
  const unknown = { Running: false, ExitCode: null, Pid: 0 };
  const runs = { Running: true, ExitCode: null, Pid: 7 };
  const answers = [unknown, unknown, { ...runs, Pid: 0 }, runs, ...Array.from({ length: 25 }, () => runs), unknown, unknown, { Running: false, ExitCode: 3, Pid: 0 }];
  const stream = new PassThrough();
  const docker = {
    getContainer: () => ({ exec: async () => ({ id: "e", start: async () => stream }) }),
    getExec: () => ({ inspect: async () => (answers.length > 1 ? answers.shift() : answers[0]), resize: async () => {} }),
  } as unknown as Docker;
  const shell = await openContainerShell(docker, { container: "c", service: "web" }, { rows: 24, columns: 80 });
  const left = answers.length;
  stream.destroy();
  expect([left > 20, await shell.ended]).toEqual([true, 3]);
});

test("a shell of which Docker says nothing more is not left to run with nobody at it", async () => {
  const stream = new PassThrough();
  let asked = 0;
  const inspect = async () => {
    asked += 1;
    if (asked === 1) throw new Error("DOCKER_SILENT");
    return { Running: false, ExitCode: 0, Pid: 0 };
  };
  const docker = {
    getContainer: () => ({ exec: async () => ({ id: "e", start: async () => stream }) }),
    getExec: () => ({ inspect, resize: async () => {} }),
  } as unknown as Docker;
  await expect(openContainerShell(docker, { container: "c", service: "web" }, { rows: 24, columns: 80 })).rejects.toThrow("DOCKER_SILENT");
  await new Promise(setImmediate);
  expect([stream.destroyed, asked]).toEqual([true, 2]);
});

test("shells that a killed agent left are looked for when Docker answers", async () => {
  let asked = 0;
  let isSilent = true;
  const docker = {
    async listContainers() {
      asked += 1;
      if (isSilent) throw new Error("DOCKER_SILENT");
      return [];
    },
    pulse: { silentSince: () => (isSilent ? 1 : null), onHeardAgain: (hear: () => void) => (setImmediate(() => ((isSilent = false), hear())), () => {}) },
  } as unknown as Docker;
  expect([await createTerminalRoom({ docker, instanceId: "i" }).sweep(), asked]).toEqual([0, 2]);
});
