import { partProblem } from "../../../contract/index.ts";
import { ok, type Finding, type Look } from "./look.ts";

export type PartName = "node" | "caddy" | "buildx";

/** The part as it was found, with what is known against its version. */
export function judgePart(name: PartName, version: string, found: Finding): Finding {
  const part = { name, version: version.replace(/^v/, "") };
  // One that is too old at all says so itself.
  const problem = found.problem ?? partProblem(name, version);
  if (!problem) return { ...found, part };
  return { ...found, state: found.state === "ok" ? "warn" : found.state, problem, part };
}

export const nodeLook: Look = {
  id: "agent.node",
  group: "agent",
  title: "Node",
  look: () => judgePart("node", process.versions.node, ok(`${process.versions.node} · ${process.execPath}`)),
};
