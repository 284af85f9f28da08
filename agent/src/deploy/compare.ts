import { isDeepStrictEqual } from "node:util";
import type { Comparison } from "../../contract/index.ts";
import type { ReleaseRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import { openVariables } from "./plan.ts";

type Json = Comparison["settings"][number]["from"];
type Difference = Pick<Comparison, "settings" | "variables">;

/** In what `to` is another than `from`. Values of variables are compared by their digests and told to nobody. */
export async function compareReleases(deps: Pick<DeployDeps, "sealer">, from: ReleaseRow, to: ReleaseRow): Promise<Difference> {
  return { settings: differences(settingsOf(from), settingsOf(to)), variables: changes(await digestsOf(deps, from), await digestsOf(deps, to)) };
}

function differences(from: ReadonlyMap<string, Json>, to: ReadonlyMap<string, Json>): Difference["settings"] {
  return inBoth(from, to)
    .map((name) => ({ name, from: from.get(name) ?? null, to: to.get(name) ?? null }))
    .filter((each) => !isDeepStrictEqual(each.from, each.to));
}

function changes(from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>): Difference["variables"] {
  return inBoth(from, to).flatMap((name) => {
    const [before, after] = [from.get(name), to.get(name)];
    if (before === after) return [];
    return [{ name, change: before === undefined ? "added" : after === undefined ? "removed" : "changed" }];
  });
}

const inBoth = (...both: ReadonlyMap<string, unknown>[]): string[] => [...new Set(both.flatMap((each) => [...each.keys()]))].sort();

/** Fields by their path; a list is one value. */
function settingsOf({ shape, config }: ReleaseRow): Map<string, Json> {
  const found = new Map<string, Json>([["shape", shape]]);
  const walk = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return void found.set(path, value as Json);
    for (const [name, field] of Object.entries(value)) walk(field, path === "" ? name : `${path}.${name}`);
  };
  walk(config, "");
  return found;
}

/** The id of the release itself does not count: each has another. */
async function digestsOf({ sealer }: Pick<DeployDeps, "sealer">, release: ReleaseRow): Promise<Map<string, string>> {
  const values = await openVariables({ sealer }, release);
  const bare = (value: string) => value.replaceAll(release.originId ?? release.id, "");
  return new Map(Object.entries(values).map(([name, value]) => [name, sealer.digest(JSON.stringify(["compared", name, bare(value)]))]));
}
