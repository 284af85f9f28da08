import { PLACES, socketOf } from "../places.ts";

/** Whether one version comes after another; a prerelease ("1.2.0-rc.1") comes before its release. */
export function isNewer(version: string, than: string): boolean {
  const [left, right] = [parts(version), parts(than)];
  for (const index of [0, 1, 2]) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return left.prerelease === null ? right.prerelease !== null : right.prerelease !== null && left.prerelease > right.prerelease;
}

function parts(version: string): { numbers: number[]; prerelease: string | null } {
  const [core = "", ...rest] = version.split("+")[0]!.split("-");
  return { numbers: core.split(".").map((number) => Number.parseInt(number, 10) || 0), prerelease: rest.length > 0 ? rest.join("-") : null };
}

/** The agent that a unit starts, by the name of its folder; null where it starts none of ours. */
export function agentOfUnit(unit: string): { folder: string; version: string } | null {
  const found = /\/(agent-([A-Za-z0-9.+~_-]+)-[0-9a-f]{12})\/agent\.mjs/.exec(unit);
  return found ? { folder: found[1]!, version: found[2]! } : null;
}

/** The folders of the other programs that a unit starts or hands on. */
export function partsOfUnit(unit: string): string[] {
  const found = [...unit.matchAll(new RegExp(`${PLACES.parts}/([^/\\s]+)/`, "g"))].map((match) => match[1]!);
  return [...new Set(found)].filter((folder) => !folder.startsWith("agent-")).sort();
}

/** The same unit with a socket for one login more; the agent that it starts stays what it is. */
export function withLogin(unit: string, login: string): string {
  const socket = `${socketOf(login)}:${login}`;
  if (unit.includes(` --socket ${socket} `)) return unit;
  return unit.replace(/ serve --data-dir \S+/, (words) => `${words} --socket ${socket}`);
}
