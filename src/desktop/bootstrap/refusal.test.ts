import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type Hello } from "@aeroplane/agent/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRefusal, untilReadyOrRefused } from "./refusal.ts";
import type { Way } from "./way.ts";

const problem = describe("SEALING_KEY_MISSING", { path: "/var/lib/aeroplane/key", command: "agent new-key" });
const left = JSON.stringify({ version: "1.0.0", pid: 7, problem });

test("what an agent left is read, and nothing else that may lie there", () => {
  expect([readRefusal(left), readRefusal(""), readRefusal("{}"), readRefusal(left.slice(0, -5))]).toEqual([{ pid: 7, problem }, null, null, null]);
});

test("a refusal is heard long before the time is up, and an answer before it", async () => {
  let looks = 0;
  const way = { asRoot: async () => ((looks += 1), { code: 0, stdout: left, stderr: "" }) } as unknown as Way;
  const hello = { agentVersion: "1.0.0" } as Hello;
  expect(await untilReadyOrRefused(way, async () => null)).toEqual({ ready: null, refused: problem });
  expect(looks).toBe(1);
  expect(await untilReadyOrRefused(way, async () => hello)).toEqual({ ready: hello, refused: null });
});

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "aeroplane-supervise-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** The supervisor's own script over a command that ends with each of these codes in turn. */
async function supervise(codes: number[]): Promise<number> {
  const count = join(folder, "count");
  writeFileSync(count, "");
  writeFileSync(join(folder, "agent"), `#!/bin/sh\nprintf x >> ${count}\ncase $(wc -c < ${count}) in ${codes.map((code, index) => `${index + 1}) exit ${code};;`).join(" ")} esac\nexit 78\n`);
  chmodSync(join(folder, "agent"), 0o755);
  const script = readFileSync(join(import.meta.dirname, "../../../resources/aeroplane-supervise.sh"), "utf8");
  writeFileSync(join(folder, "supervise"), script.replace("@COMMAND@", join(folder, "agent")).replaceAll("@RUN@", folder));
  await once(spawn("sh", [join(folder, "supervise")], { stdio: "ignore" }), "exit");
  return readFileSync(count, "utf8").length;
}

test("without systemd an agent that refuses is not started again, one that ends otherwise is", async () => {
  expect([await supervise([78]), existsSync(join(folder, "supervisor.pid"))]).toEqual([1, false]);
  expect(await supervise([1, 78])).toBe(2);
});
