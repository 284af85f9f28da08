import { readFileSync } from "node:fs";
import { arch, hostname } from "node:os";
import { PROTOCOL_VERSION } from "../../contract/index.ts";
import type { Base, Rooms } from "./base.ts";
import { stream } from "./stream.ts";
import { AGENT_VERSION } from "../version.ts";

export function instanceHandlers(base: Base, { core, meters, raw }: Rooms) {
  const startedAt = Date.now();
  const os = distribution();
  return {
    hello: base.instance.hello.handler(({ context }) => ({
      instanceId: core.instanceId,
      agentVersion: AGENT_VERSION,
      protocolVersion: PROTOCOL_VERSION,
      nodeVersion: process.versions.node,
      hostname: hostname(),
      os,
      arch: arch(),
      httpPort: core.config.httpPort,
      startedAt,
      startsAtBoot: core.config.startsAtBoot,
      trial: core.trial,
      me: context.me!,
    })),
    status: base.instance.status.handler(() => meters.status()),
    speed: base.instance.speed.handler(({ input: { direction, size }, context }) => raw.issue(context, { id: context.entityId!, purpose: `speed.${direction}`, about: {}, name: direction, size })),
  };
}

export function changesHandlers(base: Base, { core }: Rooms) {
  return {
    watch: base.changes.watch.handler(({ input, signal }) =>
      stream(signal, (until) => core.changes.watch(input.after, until)),
    ),
  };
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "Linux";
  } catch {
    return "Linux";
  }
}
