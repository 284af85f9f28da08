import { readFileSync } from "node:fs";
import { arch, hostname } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { PROTOCOL_VERSION } from "../../contract/index.ts";
import { settingsByShape } from "../shapes/index.ts";
import { keepSettings, readSettings, readStorage } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { begin } from "./begin.ts";
import { SERVER } from "../cleanup/job.ts";
import { stream } from "./stream.ts";
import type { Views } from "./views.ts";
import { AGENT_VERSION } from "../version.ts";

export function instanceHandlers(base: Base, { core, meters, raw, caddy, storage }: Rooms, views: Views) {
  /** A window knows by the storage that there are budgets. */
  const told = () => ({ ...readSettings(core.db), storage: readStorage(core.db) });
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
      settings: settingsByShape(),
    })),
    status: base.instance.status.handler(() => meters.status()),
    settings: base.instance.settings.handler(() => told()),
    change: base.instance.change.handler(async ({ input }) => {
      const before = readSettings(core.db);
      keepSettings(core.db, { ...input, storage: input.storage ?? before.storage });
      if (isDeepStrictEqual(input.trustedProxies, before.trustedProxies)) return told();
      // Caddy takes it in by a start of its own, which drops nothing; one that refuses it goes on with what was.
      try {
        await caddy.ensure();
      } catch (error) {
        keepSettings(core.db, before);
        throw error;
      }
      return told();
    }),
    cleanupPreview: base.instance.cleanupPreview.handler(({ input, signal }) => storage.preview(input.reach, signal)),
    cleanup: base.instance.cleanup.handler(({ input, context }) => ({
      job: views.job(begin(core, context.entityId!, () => ({ job: { kind: "cleanup", subject: SERVER, input } }))),
    })),
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
