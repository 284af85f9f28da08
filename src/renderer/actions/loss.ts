import type { Problem } from "@aeroplane/agent/contract";
import type { Yes } from "./perform.ts";

/** The yes to a refusal that named paths whose data would go: to these paths and no others. */
export function yesToLoss(problem: Problem, title: string, act: (discard: string[]) => void): Yes | undefined {
  const paths = problem.code === "VOLUME_DATA_WOULD_GO" ? problem.lists?.paths : undefined;
  if (paths === undefined) return undefined;
  return { word: `Delete data and ${title.toLowerCase()}`, act: () => act(paths) };
}
