import type { Doctor } from "../../api/needs.ts";
import { agentLooks } from "./agent.ts";
import { buildLooks } from "./builds.ts";
import { certificateLooks } from "./certificates.ts";
import { clockLooks } from "./clock.ts";
import type { DoctorDeps } from "./deps.ts";
import { askEngine, dockerLooks } from "./docker.ts";
import { firewallLooks } from "./firewall.ts";
import { mend } from "./fixes.ts";
import { runLooks } from "./look.ts";
import { memoryLooks } from "./memory.ts";
import { networkLooks } from "./network.ts";
import { storageLooks } from "./storage.ts";
import { systemLooks } from "./system.ts";
import { unitLooks } from "./units.ts";
import { webLooks } from "./web.ts";

/** Looks only when it is asked, at everything at once; nothing runs in between. */
export function openDoctor(deps: DoctorDeps): Doctor {
  return {
    async check(desktopTime, signal) {
      const at = Date.now();
      const began = performance.now();
      const ended = new AbortController();
      const engine = askEngine(deps, signal ? AbortSignal.any([signal, ended.signal]) : ended.signal);
      const looks = [
        ...agentLooks(deps),
        ...dockerLooks(deps, engine),
        ...buildLooks(deps, engine),
        ...webLooks(deps),
        ...certificateLooks(deps),
        ...unitLooks(deps.core.config.caddyUnit),
        ...storageLooks(deps, engine),
        ...memoryLooks(),
        ...networkLooks(deps, engine),
        ...firewallLooks(deps),
        ...clockLooks(desktopTime, at),
        ...systemLooks(deps),
      ];
      const checks = await runLooks(looks, signal).finally(() => ended.abort());
      return { at, milliseconds: Math.round(performance.now() - began), checks };
    },
    fix: (id) => mend(id, deps),
  };
}
