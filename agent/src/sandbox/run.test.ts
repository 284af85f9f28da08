import { spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accountsOf } from "./accounts.ts";
import { createProbe, MOUNTS, type Namespace } from "./namespace.ts";
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
  expect((await run(["sh", "-c", "kill -9 $$"], plain)).code).toBe(137);
});

test.skipIf(account === null)("the untrusted run as a user of their own, without a capability or a group", async () => {
  const { stdout } = await run(["sh", "-c", "id -u; id -G; grep -E 'NoNewPrivs|CapEff|CapBnd' /proc/self/status"], { ...plain, account });
  expect(stdout.replaceAll(/\s+/g, " ").trim()).toBe(`${account!.uid} ${account!.gid} CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1`);
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

test("a cancellation that comes while the file for its output is opened begins nothing", async () => {
  const stop = new AbortController();
  const running = run(["true"], { ...plain, outputFile: join(folder, "cancelled"), signal: stop.signal });
  stop.abort(new Error("cancelled"));
  await expect(running).rejects.toThrow("cancelled");
});

test("a child does not outlive a killed agent, and its output is in the file", async () => {
  const output = join(folder, "output");
  const script = `import { run } from ${JSON.stringify(new URL("./run.ts", import.meta.url).href)};
await run(["sh", "-c", "echo $$; exec sleep 300"], { cwd: "/", env: {}, account: null, outputFile: ${JSON.stringify(output)} });`;
  const agent = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], { stdio: "inherit" });
  await expect.poll(() => readFile(output, "utf8").catch(() => "")).toMatch(/^\d+\n$/);
  const pid = Number(await readFile(output, "utf8"));
  expect(alive(pid)).toBe(true);
  agent.kill("SIGKILL");
  await expect.poll(() => alive(pid)).toBe(false);
});

test("a program that does not exist is an error of its own", async () => {
  expect((await run(["/nonexistent/program"], plain)).code).not.toBe(0);
});

test("output that never ends is read on and only its end is kept", async () => {
  const { stdout } = await run(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo end"], plain);
  expect([stdout.length <= 65_536, stdout.endsWith("xend\n")]).toEqual([true, true]);
});

/** Three that leave the group, by a session of their own and by a parent that is gone, until all are there. Each says its mark, nothing holds a pipe. */
const FLEES = `setsid sh -c 'exec sleep "$1"' sh "$1" <&- >&- 2>&- & (setsid sh -c 'sleep "$1" & sleep "$1" &' sh "$1" <&- >&- 2>&- &); until [ "$(pgrep -fxc "sleep $1")" = 3 ]; do sleep 0.1; done`;
const untrusted = { ...plain, account, untrusted: {} };
let marks = 300;
/** Processes that sleep for exactly so long. */
const asleep = async (mark: string) => (await run(["pgrep", "-fx", `sleep ${mark}`], plain)).stdout.split("\n").filter((pid) => pid !== "" && alive(Number(pid)));

async function fleeing(more: string, options: object = {}, mark = `${(marks += 1)}.${process.pid}`) {
  const done = await run(["sh", "-c", `${FLEES}; ${more}`, "sh", mark], { ...untrusted, ...options });
  return [done.killedBy ?? done.code, await asleep(mark)];
}

test("what leaves its group is gone with the run, however that ends", async () => {
  const stop = new AbortController();
  const mark = `${(marks += 1)}.${process.pid}`;
  const stopped = fleeing("trap '' TERM; sleep 60; sleep 60", { signal: stop.signal }, mark);
  await expect.poll(() => asleep(mark)).toHaveLength(3);
  stop.abort();
  expect(await Promise.all([fleeing("exit 3"), stopped, fleeing("sleep 60", { seconds: 2 })])).toEqual([
    [3, []],
    ["signal", []],
    ["deadline", []],
  ]);
});

const none: Namespace = { words: null, why: "unshare failed: Operation not permitted" };
const mounts: Namespace = { words: MOUNTS, why: none.why };

test.skipIf(account === null)("where the kernel gives no namespace, or mounts alone, it is gone with its account", async () => {
  for (const given of [none, mounts]) {
    const options = { namespace: createProbe(async () => given) };
    expect(await fleeing("exit 3", options)).toEqual([3, []]);
    expect(await fleeing("sleep 60", { ...options, seconds: 2 })).toEqual(["deadline", []]);
  }
});

test.skipIf(account === null)("with mounts alone ssh finds the line of its user", async () => {
  const passwdFile = join(folder, "passwd");
  await chmod(folder, 0o755);
  await writeFile(passwdFile, `root:x:0:0:root:/root:/bin/sh\nsources:x:${account!.uid}:${account!.gid}::/:/bin/false\n`, { mode: 0o644 });
  const done = await run(["id", "-un"], { ...untrusted, untrusted: { passwdFile }, namespace: createProbe(async () => mounts) });
  expect(done).toMatchObject({ code: 0, stdout: "sources\n" });
});

test("what a try of the kernel said is believed for a while: longer where it gave one, and not once that is doubted", async () => {
  const given: Namespace = { words: [], why: null };
  const says = [none, given, none, given];
  let [asked, now] = [0, 0];
  const probe = createProbe(async () => says[asked++]!, () => now);
  const at = async (ms: number) => {
    now = ms;
    return (await probe()).why === null;
  };
  // Failed by chance, and asked anew soon; held for longer; gone since; doubted, so asked at once.
  expect([await at(0), await at(1_000), await at(3_000), await at(30_000), await at(64_000)]).toEqual([false, false, true, true, false]);
  probe.doubt();
  expect([await at(64_001), asked]).toEqual([true, 4]);
});

test("where the kernel gives less than it did, the program is begun without it", async () => {
  const says: Namespace[] = [{ words: ["--no-such-namespace"], why: null }, none];
  const namespace = createProbe(async () => says.shift()!);
  expect(await run(["echo", "begun"], { ...untrusted, namespace })).toMatchObject({ code: 0, stdout: "begun\n" });
});

/** A kernel that refuses so many times and then gives; it counts how often it was asked. */
async function refusing(times: number) {
  const bin = await mkdtemp(join(folder, "bin-"));
  const asked = join(bin, "asked");
  const script = `#!/bin/sh\necho x >> ${asked}\n[ "$(wc -l < ${asked})" -gt ${times} ] || { echo "unshare: unshare failed: Cannot allocate memory" >&2; exit 1; }\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n`;
  await writeFile(join(bin, "unshare"), script, { mode: 0o755 });
  // A try says the same each time.
  const given: Namespace = { words: ["--mount"], why: null };
  const namespace = createProbe(async () => given);
  return { options: { ...untrusted, env: { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin` }, namespace }, asked: async () => (await readFile(asked, "utf8")).length / 2 };
}

test("a program that was refused by chance is begun at the second time, and refused twice it is told", async () => {
  const [once, ever] = [await refusing(1), await refusing(9)];
  expect([await run(["echo", "begun"], once.options), await once.asked()]).toEqual([{ code: 0, killedBy: null, stdout: "begun\n", stderr: "" }, 2]);
  expect([await run(["echo", "begun"], ever.options), await ever.asked()]).toMatchObject([{ code: 1, stdout: "", stderr: expect.stringMatching(/^unshare: /) }, 2]);
});

test("with a file for its output a refusal is found there and taken out; what stood in it, and what the program says, stays", async () => {
  const outputFile = join(folder, "refused-output");
  await writeFile(outputFile, "unshare: of an earlier run\n");
  const [once, never] = [await refusing(1), await refusing(0)];
  expect([(await run(["echo", "begun"], { ...once.options, outputFile })).code, await once.asked()]).toEqual([0, 2]);
  expect([(await run(["sh", "-c", "echo more; exit 3"], { ...never.options, outputFile })).code, await never.asked()]).toEqual([3, 1]);
  expect(await readFile(outputFile, "utf8")).toBe("unshare: of an earlier run\nbegun\nmore\n");
});

test("a killed agent takes along what left its group", async () => {
  const mark = `${(marks += 1)}.${process.pid}`;
  const script = `import { run } from ${JSON.stringify(new URL("./run.ts", import.meta.url).href)};
await run(["sh", "-c", ${JSON.stringify(`${FLEES}; sleep 60`)}, "sh", "${mark}"], { cwd: "/", env: {}, account: ${JSON.stringify(account)}, untrusted: {} });`;
  const agent = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], { stdio: "inherit" });
  await expect.poll(() => asleep(mark)).toHaveLength(3);
  agent.kill("SIGKILL");
  await expect.poll(() => asleep(mark)).toEqual([]);
});

const limited = { ...untrusted, untrusted: { memoryBytes: 200 * 2 ** 20, fileBytes: 1_000_000, processes: 20 } };

test("the untrusted sees no process but its own, and ends at its limits", async () => {
  const seen = await run(["sh", "-c", "ls /proc | grep -c '^[0-9]*$'; cat /proc/self/oom_score_adj"], limited);
  expect(seen.stdout.split("\n").map(Number).slice(0, 2)).toEqual([expect.toSatisfy((count: number) => count < 8), 800]);
  expect(await run(["perl", "-e", "$x = 'a' x 4e8"], limited)).toMatchObject({ killedBy: null, stderr: expect.stringContaining("Out of memory") });
  const file = join(folder, "large");
  await writeFile(file, "");
  await chmod(folder, 0o755);
  await chmod(file, 0o666);
  expect((await run(["sh", "-c", 'head -c 3000000 /dev/zero > "$1"', "sh", file], limited)).code).not.toBe(0);
  expect((await stat(file)).size).toBeLessThanOrEqual(1_000_000);
});

test.skipIf(account === null)("the untrusted may start so many processes and no more", async () => {
  const many = await run(["sh", "-c", "for i in $(seq 60); do sleep 30 & done; wait"], limited);
  expect([many.code === 0, /fork/i.test(many.stderr)]).toEqual([false, true]);
});
