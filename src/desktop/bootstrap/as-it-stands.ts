import type { Hello } from "@aeroplane/agent/contract";
import type { PrepareOptions } from "./options.ts";
import { archOf } from "./plan.ts";
import type { Standing } from "./standing.ts";
import { newerNotice } from "./upgrade/newer.ts";
import { earlierOutcome, undone, wishFor } from "./upgrade/upgrade.ts";
import { agentPart } from "./wanted.ts";
import type { Way } from "./way.ts";

type Wish = Pick<PrepareOptions, "resources" | "hello" | "onNotice" | "again" | "signal">;

/** The answer of an agent that may stay as it is; null where there is something to do. Nothing else decides this. */
export async function asItStands(first: Hello, stands: Standing, way: Way, { resources, hello, onNotice, again, signal }: Wish): Promise<Hello | null> {
  const agent = await agentPart(resources);
  // Another desktop's switch is under way: what comes of it is what stands.
  if (first.trial) await earlierOutcome(way, agent);
  const answer = first.trial ? ((await hello(signal)) ?? first) : first;
  onNotice?.(newerNotice(answer, resources.version));
  if (!archOf(stands) || wishFor(answer, { version: resources.version, agent }, stands) === "keep") return answer;
  const earlier = again ? null : await earlierOutcome(way, agent);
  if (earlier?.state !== "undone") return null;
  // Refused by this server before: only a person has it tried again.
  onNotice?.(undone(answer.agentVersion, resources.version, earlier));
  return answer;
}
