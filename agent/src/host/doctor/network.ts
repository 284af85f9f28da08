import { lookup } from "node:dns/promises";
import { connect } from "node:tls";
import { existsSync } from "node:fs";
import { listEnvironments } from "../../store/index.ts";
import type { PrivateNames } from "../../network/names.ts";
import type { DoctorDeps } from "./deps.ts";
import type { Engine } from "./docker.ts";
import { percent } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { text } from "./tell.ts";

/** Where images come from by default. */
const REGISTRY = "registry-1.docker.io";
const SECONDS = 3;

export function networkLooks({ core, names }: DoctorDeps, engine: Engine): Look[] {
  return [
    { id: "network.names", group: "network", title: "Private names", look: () => table({ core, names }) },
    { id: "network.kernel", group: "network", title: "Kernel", look: kernel },
    { id: "network.connections", group: "network", title: "Tracked connections", look: connections },
    { id: "network.resolve", group: "network", title: "Name resolution", look: (signal) => resolves(signal) },
    { id: "network.outgoing", group: "network", title: "Outgoing HTTPS", look: (signal) => outgoing(engine, signal) },
  ];
}

async function table({ core, names }: Pick<DoctorDeps, "core" | "names">): Promise<Finding> {
  return judgeNames(await names.table(), listEnvironments(core.db).filter(({ subnet }) => subnet !== null).length);
}

export function judgeNames(found: Awaited<ReturnType<PrivateNames["table"]>>, networks: number): Finding {
  if (found === null) return ok("by hosts files alone: the agent may not change the packet filter");
  if (found.stands && !found.opens) return bad("fail", "PUBLISHED_PORTS_SHUT", { table: found.name }, { fix: "names.sync", commands: ["iptables -S DOCKER-USER"] });
  if (found.stands) return ok(`table ${found.name}, ${networks} ${networks === 1 ? "network" : "networks"}`);
  if (networks === 0) return ok("nothing is named yet");
  return bad("fail", "NAMES_TABLE_MISSING", { table: found.name }, { fix: "names.sync", commands: [`nft list table ip ${found.name}`] });
}

async function kernel(): Promise<Finding> {
  const [forward, systems, release] = await Promise.all([text("/proc/sys/net/ipv4/ip_forward"), text("/proc/filesystems"), text("/proc/sys/kernel/osrelease")]);
  const cgroups = existsSync("/sys/fs/cgroup/cgroup.controllers") ? 2 : existsSync("/sys/fs/cgroup/memory") ? 1 : 0;
  return judgeKernel({ forward: forward?.trim() ?? null, overlay: /\toverlay$/m.test(systems ?? ""), cgroups, release: release?.trim() ?? "unknown" });
}

export function judgeKernel({ forward, overlay, cgroups, release }: { forward: string | null; overlay: boolean; cgroups: number; release: string }): Finding {
  const detail = [`Linux ${release}`, `cgroups v${cgroups || "?"}`, `forwarding ${forward === "1" ? "on" : "off"}`, `overlay ${overlay ? "there" : "missing"}`].join(" · ");
  if (cgroups === 0) return bad("fail", "KERNEL_LACKS", { what: "control groups" }, { detail, commands: ["mount -t cgroup2 none /sys/fs/cgroup"] });
  if (!overlay) return bad("warn", "KERNEL_LACKS", { what: "the overlay file system" }, { detail, commands: ["modprobe overlay"] });
  if (forward !== null && forward !== "1") return bad("fail", "KERNEL_LACKS", { what: "forwarding of packets (net.ipv4.ip_forward)" }, { detail, commands: ["sysctl -w net.ipv4.ip_forward=1"] });
  return ok(detail);
}

async function connections(): Promise<Finding | null> {
  const folder = "/proc/sys/net/netfilter";
  const [used, limit] = await Promise.all([text(`${folder}/nf_conntrack_count`), text(`${folder}/nf_conntrack_max`)]);
  return used === null || limit === null ? null : judgeConnections(Number(used), Number(limit));
}

export function judgeConnections(used: number, limit: number): Finding {
  const detail = `${used} of ${limit} (${percent(used, limit)})`;
  if (used < limit * 0.8) return ok(detail);
  return bad(used < limit * 0.95 ? "warn" : "fail", "CONNECTIONS_FULL", { used, limit }, { detail, commands: [`sysctl -w net.netfilter.nf_conntrack_max=${limit * 2}`] });
}

const late = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const until = AbortSignal.any([signal, AbortSignal.timeout(SECONDS * 1000)]);
    until.addEventListener("abort", () => reject(new Error(`no answer within ${SECONDS} s`)), { once: true });
  });

/** One name and no more: a resolver that hangs holds one of the few threads that files are read with. */
let asking: Promise<string> | null = null;
const address = (): Promise<string> => (asking ??= lookup(REGISTRY).then(({ address: found }) => found).finally(() => (asking = null)));

const why = (error: unknown) => ((error as { code?: string }).code ?? (error as Error).message).replace(/\.$/, "");

async function resolves(signal: AbortSignal): Promise<Finding> {
  try {
    return ok(`${REGISTRY} is ${await Promise.race([address(), late(signal)])}`);
  } catch (error) {
    return bad("warn", "NAMES_UNRESOLVED", { name: REGISTRY, why: why(error) }, { commands: ["cat /etc/resolv.conf", `getent hosts ${REGISTRY}`] });
  }
}

/** Whether a TLS server answers there; nothing is sent, so whose certificate it shows does not matter. */
async function outgoing(engine: Engine, signal: AbortSignal): Promise<Finding | null> {
  const proxy = (await engine.info())?.HttpsProxy;
  if (proxy) return ok("Docker goes through a proxy");
  const began = performance.now();
  try {
    const host = await Promise.race([address(), late(signal)]);
    const socket = connect({ host, port: 443, servername: REGISTRY, rejectUnauthorized: false });
    const opened = new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", reject);
    });
    try {
      await Promise.race([opened, late(signal)]);
      return ok(`${REGISTRY} answers in ${Math.round(performance.now() - began)} ms`);
    } finally {
      opened.catch(() => {});
      socket.destroy();
    }
  } catch (error) {
    return (error as { syscall?: string }).syscall?.startsWith("getaddr")
      ? unknown("its name cannot be resolved")
      : bad("warn", "OUTGOING_BLOCKED", { name: REGISTRY, why: why(error) }, { commands: [`curl -sI https://${REGISTRY}/v2/`] });
  }
}
