import type { Hello } from "@aeroplane/agent/contract";
import type { PrepareOptions } from "./options.ts";
import { archOf, partFolder } from "./plan.ts";
import type { Standing } from "./standing.ts";
import { newerNotice } from "./upgrade/newer.ts";
import { planFolder } from "./upgrade/switch.ts";
import { earlierOutcome, refusedPlans, undone, wishFor } from "./upgrade/upgrade.ts";
import { agentOfUnit } from "./upgrade/version.ts";
import { agentPart, wantedParts } from "./wanted.ts";
import type { Way } from "./way.ts";

type Wish = Pick<PrepareOptions, "resources" | "hello" | "onNotice" | "again" | "signal">;

/** The answer of an agent that may stay as it is; null where there is something to do. Nothing else decides this. */
export async function asItStands(first: Hello, stands: Standing, way: Way, { resources, hello, onNotice, again, signal }: Wish): Promise<Hello | null> {
  const agent = await agentPart(resources);
  // Another desktop's switch is under way: what comes of it is what stands.
  if (first.trial) await refusedPlans(way, agent);
  const answer = first.trial ? ((await hello(signal)) ?? first) : first;
  onNotice?.(newerNotice(answer, resources.version));
  const arch = archOf(stands);
  if (!arch) return answer;
  if (wishFor(answer, { version: resources.version, agent }, stands) === "keep") {
    // A person wants the server's parts looked at: the agent may be this one and what it runs with another.
    return again && agentOfUnit(stands.agentUnit)?.folder === partFolder(agent) ? null : answer;
  }
  const refused = again ? [] : await refusedPlans(way, agent);
  if (refused.length === 0) return null;
  // Where they cannot be had at this moment, there is nothing that could be tried instead.
  const parts = await wantedParts(resources, arch, { signal }).catch(() => null);
  signal?.throwIfAborted();
  const plan = parts === null ? refused.at(-1)! : planFolder(parts);
  const earlier = await earlierOutcome(way, plan);
  if (earlier.state !== "undone") return null;
  // Refused by this server before: only a person has it tried again.
  onNotice?.(undone(answer.agentVersion, resources.version, earlier));
  return answer;
}
