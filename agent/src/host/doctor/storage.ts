import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { diskRoom } from "../disk.ts";
import type { DoctorDeps } from "./deps.ts";
import type { Engine } from "./docker.ts";
import { percent, size } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { text } from "./tell.ts";

const WARN = 0.15;
const FAIL = 0.05;

type Room = { path: string; free: number; total: number };

export function storageLooks({ core }: DoctorDeps, engine: Engine): Look[] {
  const data = core.paths.dataDir;
  /** Docker's folder; null where it is the same disk, or not known. */
  const dockers = async (): Promise<string | null> => {
    const folder = (await engine.info())?.DockerRootDir;
    if (folder === undefined) return null;
    const [one, other] = await Promise.all([stat(data), stat(folder).catch(() => null)]);
    return other === null || one.dev === other.dev ? null : folder;
  };
  const forDocker = (judge: (path: string) => Promise<Finding>) => async () => {
    const folder = await dockers();
    return folder === null ? null : judge(folder);
  };
  return [
    { id: "disk.data", group: "storage", title: `Disk of ${data}`, look: () => bytes(data) },
    { id: "inodes.data", group: "storage", title: `Inodes of ${data}`, look: () => inodes(data) },
    { id: "disk.docker", group: "storage", title: "Disk of Docker", look: forDocker(bytes) },
    { id: "inodes.docker", group: "storage", title: "Inodes of Docker", look: forDocker(inodes) },
    {
      id: "disk.parts",
      group: "storage",
      title: "Mount of the agent's parts",
      look: async () => judgeMount(dirname(process.execPath), (await text("/proc/self/mountinfo")) ?? "", "runs"),
    },
    { id: "disk.mount", group: "storage", title: `Mount of ${data}`, look: async () => judgeMount(data, (await text("/proc/self/mountinfo")) ?? "", "writes") },
  ];
}

async function bytes(path: string): Promise<Finding> {
  const { free, total } = await diskRoom(path);
  return judgeDisk({ path, free, total });
}

export function judgeDisk({ path, free, total }: Room): Finding {
  if (total === 0) return unknown("this file system tells no size");
  const values = { path, free: size(free), total: size(total), percent: percent(free, total) };
  const detail = `${values.free} free of ${values.total} (${values.percent}) · ${path}`;
  const share = free / total;
  if (share >= WARN) return ok(detail);
  const commands = [`df -h ${quoted(path)}`, "docker system df"];
  return bad(share < FAIL ? "fail" : "warn", "DISK_LOW", values, { detail, commands, fix: "builds.prune" });
}

async function inodes(path: string): Promise<Finding> {
  const { inodes: room } = await diskRoom(path);
  return judgeInodes({ path, ...(room ?? { free: 0, total: 0 }) });
}

export function judgeInodes({ path, free, total }: Room): Finding {
  // btrfs and others make them as they go.
  if (total === 0) return ok("this file system has no fixed number");
  const values = { path, free, total, percent: percent(free, total) };
  const detail = `${free} free of ${total} (${values.percent}) · ${path}`;
  const share = free / total;
  if (share >= WARN) return ok(detail);
  return bad(share < FAIL ? "fail" : "warn", "INODES_LOW", values, { detail, commands: [`df -i ${quoted(path)}`, `du --inodes -xS ${quoted(path)} | sort -n | tail`] });
}

const quoted = (path: string) => (/^[A-Za-z0-9/._-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/** The options of the mount that a path lies on, as /proc/self/mountinfo has them. */
export function mountOf(path: string, mountinfo: string): { point: string; options: string[]; type: string } | null {
  let best: { point: string; options: string[]; type: string } | null = null;
  for (const line of mountinfo.split("\n")) {
    const [left, right] = line.split(" - ");
    const fields = left?.split(" ") ?? [];
    const point = fields[4]?.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    if (!point || right === undefined) continue;
    const holds = point === "/" || path === point || path.startsWith(`${point}/`);
    // Later lines lie over earlier ones.
    if (holds && (best === null || point.length >= best.point.length)) best = { point, options: [...(fields[5] ?? "").split(","), ...(right.split(" ")[2] ?? "").split(",")], type: right.split(" ")[0] ?? "" };
  }
  return best;
}

/** What the agent does there decides what the mount must admit. */
export function judgeMount(path: string, mountinfo: string, does: "runs" | "writes"): Finding {
  const mount = mountOf(path, mountinfo);
  if (mount === null) return unknown("its mount is not listed");
  const detail = `${mount.type} at ${mount.point}`;
  const commands = [`findmnt -T ${quoted(path)}`];
  if (does === "writes" && mount.options.includes("ro")) return bad("fail", "DATA_READ_ONLY", { path }, { detail: `${detail}, read-only`, commands: [...commands, "dmesg --level=err | tail"] });
  if (does === "runs" && mount.options.includes("noexec")) return bad("fail", "DATA_NO_EXEC", { path }, { detail: `${detail}, noexec`, commands });
  return ok(`${detail}, ${does === "runs" ? "programs may run" : "writable"}`);
}
