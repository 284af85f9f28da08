import { percent, size } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { text } from "./tell.ts";

const WARN = 0.1;
const FAIL = 0.03;
/** Below it a build without swap can end what runs. */
const SMALL = 2.5 * 1024 ** 3;

export type Memory = { total: number; available: number; swap: number; swapFree: number };

export function readMeminfo(meminfo: string): Memory {
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(meminfo)?.[1] ?? 0) * 1024;
  return { total: bytes("MemTotal"), available: bytes("MemAvailable"), swap: bytes("SwapTotal"), swapFree: bytes("SwapFree") };
}

export function memoryLooks(): Look[] {
  const memory = async () => readMeminfo((await text("/proc/meminfo")) ?? "");
  return [
    { id: "memory.available", group: "memory", title: "Memory", look: async () => judgeMemory(await memory()) },
    { id: "memory.swap", group: "memory", title: "Swap", look: async () => judgeSwap(await memory()) },
    { id: "memory.kills", group: "memory", title: "Ended for lack of memory", look: async () => judgeKills(await text("/proc/vmstat")) },
  ];
}

export function judgeMemory({ total, available }: Memory): Finding {
  if (total === 0) return unknown("/proc/meminfo cannot be read");
  const values = { free: size(available), total: size(total), percent: percent(available, total) };
  const detail = `${values.free} available of ${values.total} (${values.percent})`;
  const share = available / total;
  if (share >= WARN) return ok(detail);
  return bad(share < FAIL ? "fail" : "warn", "MEMORY_LOW", values, { detail, commands: ["ps -eo rss,pid,args --sort=-rss | head", "docker stats --no-stream"] });
}

export function judgeSwap({ total, swap, swapFree }: Memory): Finding {
  if (swap > 0) return ok(`${size(swap - swapFree)} used of ${size(swap)}`);
  if (total === 0 || total >= SMALL) return ok("none, and none is needed with this much memory");
  const commands = ["fallocate -l 2G /swapfile", "chmod 600 /swapfile", "mkswap /swapfile", "swapon /swapfile", "echo '/swapfile none swap sw 0 0' >> /etc/fstab"];
  return bad("warn", "SWAP_MISSING", { total: size(total) }, { detail: "none", commands });
}

/** The kernel counts them for the whole machine, from its boot. */
export function judgeKills(vmstat: string | null): Finding {
  const counted = /^oom_kill (\d+)$/m.exec(vmstat ?? "")?.[1];
  if (counted === undefined) return unknown("this kernel does not count them");
  const count = Number(counted);
  if (count === 0) return ok("none since the last boot");
  const words = count === 1 ? "1 program" : `${count} programs`;
  return bad("warn", "OOM_KILLS", { count: words }, { detail: `${words} since the last boot`, commands: ["journalctl --dmesg --grep 'Out of memory|oom-kill' --lines 20 --no-pager"] });
}
