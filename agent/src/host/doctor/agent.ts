import { toProblem } from "../../../contract/index.ts";
import { takeKey } from "../../secrets/custody.ts";
import { AGENT_VERSION } from "../../version.ts";
import type { DoctorDeps } from "./deps.ts";
import { nodeLook } from "./parts.ts";
import { percent, size, span } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { readdir } from "node:fs/promises";
import { text } from "./tell.ts";

const FULL = 0.8;
const AGENT_FILES = 1024;

export function agentLooks({ core }: DoctorDeps): Look[] {
  return [
    {
      id: "agent.version",
      group: "agent",
      title: "Agent",
      look: () => ok([AGENT_VERSION, `Node ${process.versions.node}`, `up ${span(process.uptime())}`, `${size(process.memoryUsage.rss())} resident`].join(" · ")),
    },
    nodeLook,
    { id: "agent.boot", group: "agent", title: "Start after a reboot", look: () => (core.config.startsAtBoot ? ok("by systemd") : bad("warn", "AGENT_NOT_AT_BOOT", {}, { detail: "a process of its own, without systemd" })) },
    { id: "agent.rights", group: "agent", title: "Rights", look: () => judgeRights(process.getuid?.() ?? 0) },
    { id: "agent.key", group: "agent", title: "Sealing key", look: () => judgeKey(() => takeKey({ db: core.db, path: core.paths.key, trial: true }), core.paths.key) },
    { id: "agent.files", group: "agent", title: "Open files of the agent", look: ownFiles },
    { id: "system.files", group: "system", title: "Open files of the server", look: async () => judgeFiles(await text("/proc/sys/fs/file-nr")) },
  ];
}

/** The agent that runs has it in memory; the next start would refuse without the file. */
export function judgeKey(take: () => unknown, path: string): Finding {
  try {
    take();
    return ok(path);
  } catch (error) {
    return { state: "fail", detail: path, problem: toProblem(error) };
  }
}

/** Without root everything works, with less: names by hosts files, Caddy on a high port, no user of its own for what is not trusted. */
export const judgeRights = (uid: number): Finding =>
  uid === 0 ? ok("runs as root; Caddy and what is not trusted have users of their own") : bad("warn", "AGENT_NOT_ROOT", { uid }, { detail: `runs as the user ${uid}` });

async function ownFiles(): Promise<Finding> {
  const [limits, open] = await Promise.all([text("/proc/self/limits"), readdir("/proc/self/fd")]);
  return judgeOwnFiles(limits, open.length);
}

export function judgeOwnFiles(limits: string | null, used: number): Finding {
  const soft = /^Max open files\s+(\S+)/m.exec(limits ?? "")?.[1];
  if (soft === undefined) return unknown("/proc/self/limits cannot be read");
  if (soft === "unlimited") return ok(`${used} open, no limit`);
  const limit = Number(soft);
  const detail = `${used} open of ${limit}`;
  const tight = used > limit * FULL || limit < AGENT_FILES;
  return tight ? bad("warn", "FILE_LIMIT_LOW", { used, limit, whose: "the agent" }, { detail, commands: ["systemctl show --property=LimitNOFILE aeroplane-agent.service"] }) : ok(detail);
}

/** allocated, free, most. */
export function judgeFiles(fileNr: string | null): Finding {
  const [used, , limit] = (fileNr ?? "").trim().split(/\s+/).map(Number);
  if (used === undefined || !limit) return unknown("/proc/sys/fs/file-nr cannot be read");
  // Common today: so high that it means none.
  if (limit > 1e12) return ok(`${used} open, no limit`);
  const detail = `${used} open of ${limit} (${percent(used, limit)})`;
  return used > limit * FULL ? bad("fail", "FILE_LIMIT_LOW", { used, limit, whose: "the whole server" }, { detail, commands: ["sysctl fs.file-nr", "sysctl -w fs.file-max=1000000"] }) : ok(detail);
}
