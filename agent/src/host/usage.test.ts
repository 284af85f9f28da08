import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { groupReached, groupUsage } from "./usage.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aeroplane-usage-"));
  const files: Record<string, string> = {
    "proc/1/cgroup": "0::/system.slice/docker-abc.scope\n",
    "proc/2/cgroup": "9:memory:/docker/abc\n8:pids:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/\n",
    "proc/3/cgroup": "0::/user.slice\n",
    "root/system.slice/docker-abc.scope/memory.current": "1000000\n",
    "root/system.slice/docker-abc.scope/memory.stat": "anon 5\ninactive_file 400000\nactive_file 7\n",
    "root/system.slice/docker-abc.scope/cpu.stat": "usage_usec 2500000\nuser_usec 1\n",
    "root/system.slice/docker-abc.scope/memory.events": "low 0\noom 3\noom_kill 2\n",
    "root/system.slice/docker-abc.scope/pids.events": "max 17\n",
    "root/memory/docker/abc/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n",
    "root/pids/docker/abc/pids.events": "max 5\n",
    "root/memory/docker/abc/memory.usage_in_bytes": "900000\n",
    "root/memory/docker/abc/memory.stat": "inactive_file 1\ntotal_inactive_file 100000\n",
    "root/cpuacct/docker/abc/cpuacct.usage": "7000000000\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const usage = (container: string, pid: number) => groupUsage(container, pid, join(folder, "root"), join(folder, "proc"));

test("one tree and several trees of groups are read, without what is only kept of files", async () => {
  expect([await usage("abc", 1), await usage("abc", 2)]).toEqual([
    { memory: 600_000, processorMs: 2500 },
    { memory: 800_000, processorMs: 7000 },
  ]);
});

test("what was refused is counted in both", async () => {
  const reached = (pid: number) => groupReached("abc", pid, join(folder, "root"), join(folder, "proc"));
  expect([await reached(1), await reached(2), await reached(4)]).toEqual([{ memory: 2, processes: 17 }, { memory: 4, processes: 5 }, null]);
});

test("a process of somebody else, one that is gone, and a group that cannot be seen tell nothing", async () => {
  await writeFile(join(folder, "proc/3/cgroup"), "0::/docker/elsewhere\n");
  expect([await usage("abc", 3), await usage("abc", 4), await usage("elsewhere", 3)]).toEqual([null, null, null]);
});
