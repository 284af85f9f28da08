import type { Check } from "../../../contract/index.ts";
import type { Doctor } from "../../api/needs.ts";
import { agentLooks } from "./agent.ts";
import { buildLooks } from "./builds.ts";
import { certificateLooks } from "./certificates.ts";
import { clockLooks, skewLook } from "./clock.ts";
import type { DoctorDeps } from "./deps.ts";
import { askEngine, dockerLooks } from "./docker.ts";
import { firewallLooks } from "./firewall.ts";
import { mend } from "./fixes.ts";
import { runLooks } from "./look.ts";
import { memoryLooks } from "./memory.ts";
import { networkLooks } from "./network.ts";
import { createShared } from "./shared.ts";
import { storageLooks } from "./storage.ts";
import { systemLooks } from "./system.ts";
import { unitLooks } from "./units.ts";
import { webLooks } from "./web.ts";

/** Looks only when it is asked, at everything at once and once for all who ask at that moment; nothing runs in between. */
export function openDoctor(deps: DoctorDeps): Doctor {
  const look = createShared((signal) => lookAtAll(deps, signal));
  return {
    async check(desktopTime, signal) {
      const at = Date.now();
      const began = performance.now();
      // The one look that is about who asks.
      const [own, checks] = await Promise.all([runLooks([skewLook(desktopTime, at)], signal), look.ask(signal)]);
      const time = checks.findIndex(({ group }) => group === "time");
      return { at, milliseconds: Math.round(performance.now() - began), checks: checks.toSpliced(time < 0 ? checks.length : time, 0, ...own) };
    },
    fix: (id) => mend(id, deps).finally(look.forget),
  };
}

async function lookAtAll(deps: DoctorDeps, signal: AbortSignal): Promise<Check[]> {
  const ended = new AbortController();
  const engine = askEngine(deps, AbortSignal.any([signal, ended.signal]));
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
    ...clockLooks(),
    ...systemLooks(deps),
  ];
  return runLooks(looks, signal).finally(() => ended.abort());
}
