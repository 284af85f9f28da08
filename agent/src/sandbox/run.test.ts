import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accountsOf } from "./accounts.ts";
import { run } from "./run.ts";

const plain = { cwd: "/", env: {}, account: null };
const account = accountsOf("0198c0de-0000-7000-8000-000000000003")?.sandbox ?? null;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aeroplane-sandbox-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !readState(pid).startsWith("Z");
  } catch {
    return false;
  }
};
function readState(pid: number): string {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2);
}

test("words are words: nothing is given to a shell, nothing is inherited", async () => {
  process.env.AEROPLANE_CANARY = "seen";
  const done = await run(["printf", "%s|", "$(id)", "a b", "; exit 3", "-n"], plain);
  expect(done).toEqual({ code: 0, killedBy: null, stdout: "$(id)|a b|; exit 3|-n|", stderr: "" });
  expect((await run(["env"], { ...plain, env: { ONE: "1" } })).stdout.split("\n").filter((line) => !line.startsWith("PATH="))).toEqual(["ONE=1", ""]);
  expect((await run(["sh", "-c", "exit 3"], plain)).code).toBe(3);
});

test("the untrusted run as a user of their own, without a capability or a group", async () => {
  if (account === null) return;
  const { stdout } = await run(["sh", "-c", "id -u; id -G; grep -E 'NoNewPrivs|CapEff|CapBnd' /proc/self/status"], { ...plain, account });
  expect(stdout.replaceAll(/\s+/g, " ").trim()).toBe(`${account.uid} ${account.gid} CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1`);
});

test("a cancelled or late child goes with everything it started", async () => {
  const stop = new AbortController();
  const file = join(folder, "pids");
  const running = run(["sh", "-c", `trap '' TERM; sleep 300 & echo $! > ${file}; wait; wait; wait`], { ...plain, signal: stop.signal });
  await expect.poll(() => readFile(file, "utf8").then(Number, () => 0)).not.toBe(0);
  const pid = Number(await readFile(file, "utf8"));
  stop.abort();
  expect((await running).killedBy).toBe("signal");
  await expect.poll(() => alive(pid)).toBe(false);
  expect((await run(["sleep", "300"], { ...plain, seconds: 0.05 })).killedBy).toBe("deadline");
  await expect(run(["true"], { ...plain, signal: AbortSignal.abort() })).rejects.toThrow();
});

test("a child does not outlive a killed agent, and its output is in the file", async () => {
  const output = join(folder, "output");
  const script = `import { run } from ${JSON.stringify(new URL("./run.ts", import.meta.url).href)};
await run(["sh", "-c", "echo $$; exec sleep 300"], { cwd: "/", env: {}, account: null, outputFile: ${JSON.stringify(output)} });`;
  const agent = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], { stdio: "inherit" });
  await expect.poll(() => readFile(output, "utf8").catch(() => ""), { timeout: 20_000 }).toMatch(/^\d+\n$/);
  const pid = Number(await readFile(output, "utf8"));
  expect(alive(pid)).toBe(true);
  agent.kill("SIGKILL");
  await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
});

test("a program that does not exist is an error of its own", async () => {
  expect((await run(["/nonexistent/program"], plain)).code).not.toBe(0);
});

test("output that never ends is read on and only its end is kept", async () => {
  const { stdout } = await run(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo end"], plain);
  expect([stdout.length <= 65_536, stdout.endsWith("xend\n")]).toEqual([true, true]);
});
