import { CHECK_GROUPS, entryOf, type Check, type CheckGroup } from "@aeroplane/agent/contract";
import type { Tone } from "../../data/servers.ts";

const groupNames: Record<CheckGroup, string> = {
  agent: "Agent",
  docker: "Docker",
  builds: "Builds",
  web: "Caddy and ports",
  storage: "Storage",
  memory: "Memory",
  network: "Network",
  time: "Time",
  system: "System",
  access: "Access",
};

/** A group of a newer agent is called by its own name. */
export const nameOf = (group: string): string => entryOf(groupNames, group) ?? group;

/** Those that this window does not know stand last. */
export function inGroups(checks: Check[]): [string, Check[]][] {
  const groups = new Set<string>([...CHECK_GROUPS, ...checks.map(({ group }) => group)]);
  return [...groups].map((group): [string, Check[]] => [group, checks.filter((check) => check.group === group)]).filter(([, list]) => list.length > 0);
}

const ORDER = ["fail", "warn", "unknown", "ok"];
/** A state that this window does not know stands with those that have no answer. */
const rankOf = ({ state }: Check): number => ORDER.indexOf(ORDER.includes(state) ? state : "unknown");
export const worstFirst = (checks: Check[]): Check[] => checks.toSorted((one, other) => rankOf(one) - rankOf(other));

const words: [Check["state"], string, string][] = [
  ["fail", "failure", "failures"],
  ["warn", "warning", "warnings"],
  ["unknown", "check without an answer", "checks without an answer"],
];

const STRANGE = ["check whose state this app does not know", "checks whose state this app does not know"] as const;

/** "1 failure, 2 warnings", or null where nothing is to be done. */
export function troubles(checks: Check[]): string | null {
  const counted = words.map(([state, one, many]) => [checks.filter((check) => check.state === state).length, one, many] as const);
  const strange = checks.filter(({ state }) => !ORDER.includes(state)).length;
  const found = [...counted, [strange, ...STRANGE] as const].filter(([count]) => count > 0).map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  return found.length === 0 ? null : found.join(", ");
}

export function toneOf(checks: Check[]): Tone {
  if (checks.some(({ state }) => state === "fail")) return "bad";
  if (checks.some(({ state }) => state === "warn")) return "warn";
  return checks.every(({ state }) => state === "ok") ? "ok" : "idle";
}
