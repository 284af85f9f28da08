import type { Hello } from "@aeroplane/agent/contract";
import { archOf, partFolder, unitTexts } from "./plan.ts";
import type { Standing } from "./standing.ts";
import { unitTemplates, wantedParts, type Resources } from "./wanted.ts";

/** The answer of an agent that may stay as it is; null where there is something to do. Nothing else decides this. */
export async function asItStands(answer: Hello, stands: Standing, resources: Resources, signal?: AbortSignal): Promise<Hello | null> {
  // A newer desktop has been here: its agent stays.
  if (isNewer(answer.agentVersion, resources.version)) return answer;
  const arch = archOf(stands);
  if (!arch) return answer;
  const parts = await wantedParts(resources, arch, signal);
  const units = unitTexts(await unitTemplates(resources), parts, stands);
  const whole = parts.every((part) => stands.parts.includes(partFolder(part)));
  return whole && stands.agentUnit === units.agent && stands.caddyUnit === units.caddy ? answer : null;
}

function isNewer(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(".").map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left![index] ?? 0) - (right![index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
