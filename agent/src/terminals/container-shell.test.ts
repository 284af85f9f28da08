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
