import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { canRejoin, endKept, rejoinKept, runKept } from "./kept.ts";
import { AgentStops } from "./stop.ts";

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "aeroplane-kept-"))));
afterEach(async () => {
  await endKept(join(root, "kept"));
  await rm(root, { recursive: true, force: true });
});

const options = (signal = new AbortController().signal) => ({ folder: join(root, "kept"), cwd: "/", env: {}, outputFile: join(root, "output"), signal });
const output = () => readFile(join(root, "output"), "utf8").catch(() => "");
/** Says who it is, then works until the file `go` appears. */
const work = (code: number) => ["sh", "-c", `echo pid $$; while ! [ -e "$1/go" ]; do sleep 0.05; done; echo done; exit ${code}`, "sh", root];
const started = async () => {
  await expect.poll(output).toMatch(/^pid \d+\n/);
  return Number((await output()).split(/\s/)[1]);
};
const alive = async (pid: number) => /^State:\s+[^Z]/m.test(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""));

test("an agent that stops leaves it running, and the next one hears how it ended", async () => {
  const stop = new AbortController();
  const running = runKept(work(7), options(stop.signal));
  const pid = await started();
  stop.abort(new AgentStops());
  expect([await running, await alive(pid), await canRejoin(join(root, "kept"))]).toEqual([null, true, true]);
  const again = rejoinKept(options());
  await writeFile(join(root, "go"), "");
  expect([await again, await output()]).toEqual([7, `pid ${pid}\ndone\n`]);
  // Also when it ended while nobody looked; but a reader that dies of it is not brought back to it for ever.
  const found = [await canRejoin(join(root, "kept")), await rejoinKept(options())];
  expect([...found, await canRejoin(join(root, "kept")), await canRejoin(join(root, "kept"))]).toEqual([true, 7, true, false]);
});

test("stops in order are not counted", async () => {
  const first = new AbortController();
  const running = runKept(work(0), options(first.signal));
  await started();
  first.abort(new AgentStops());
  await running;
  for (let life = 0; life < 6; life += 1) {
    expect(await canRejoin(join(root, "kept"))).toBe(true);
    const stop = new AbortController();
    const again = rejoinKept(options(stop.signal));
    stop.abort(new AgentStops());
    await again;
  }
});

test("a killed agent leaves it running too", async () => {
  const script = `import { runKept } from ${JSON.stringify(new URL("./kept.ts", import.meta.url).href)};
await runKept(${JSON.stringify(work(0))}, { ...${JSON.stringify({ ...options(), signal: undefined })}, signal: new AbortController().signal });`;
  const agent = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], { stdio: "inherit" });
  const pid = await started();
  agent.kill("SIGKILL");
  const again = rejoinKept(options());
  await writeFile(join(root, "go"), "");
  expect([await again, await alive(pid)]).toEqual([0, false]);
});

test("a cancellation ends it with all that it started, also when it was rejoined", async () => {
  const first = new AbortController();
  const running = runKept(["sh", "-c", `trap "" TERM; sleep 300 & echo pid $!; wait; wait`], options(first.signal));
  const pid = await started();
  first.abort(new AgentStops());
  await running;
  const cancel = new AbortController();
  const again = rejoinKept(options(cancel.signal));
  cancel.abort(new Error("cancelled"));
  expect(await again).toBeNull();
  await expect.poll(() => alive(pid)).toBe(false);
  expect(await canRejoin(join(root, "kept"))).toBe(false);
});

test("an undone one is ended, and one that has not begun never begins", async () => {
  const stop = new AbortController();
  const running = runKept(work(0), options(stop.signal));
  const pid = await started();
  stop.abort(new AgentStops());
  await running;
  await endKept(join(root, "kept"));
  expect([await alive(pid), await stat(join(root, "kept")).catch(() => null), await canRejoin(join(root, "kept"))]).toEqual([false, null, false]);

  const begun = runKept(["touch", join(root, "begun")], options());
  // Its folder goes before it has written down who it is, or it is found and ended.
  await endKept(join(root, "kept"));
  await begun;
  await endKept(join(root, "kept"));
  expect(await canRejoin(join(root, "kept"))).toBe(false);
});

test("a pid of another boot or of another process is nobody", async () => {
  expect(await runKept(["true"], options())).toBe(0);
  const self = join(root, "kept", "self");
  const [boot, stats] = (await readFile(self, "utf8")).split("\n");
  await rm(join(root, "kept", "outcome"));
  await writeFile(self, `${boot}\n${stats!.replace(/^\d+/, String(process.pid))}\n`);
  expect(await canRejoin(join(root, "kept"))).toBe(false);
  await writeFile(join(root, "kept", "outcome"), "0\n");
  expect(await canRejoin(join(root, "kept"))).toBe(true);
  await writeFile(self, `another-boot\n${stats}\n`);
  expect(await canRejoin(join(root, "kept"))).toBe(false);
});
