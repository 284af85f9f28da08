import type { Project, Service } from "@aeroplane/agent/contract";
import { runningDeployment } from "../../data/agent.ts";
import type { Tone } from "../../data/servers.ts";
import type { View } from "../../app/view.ts";
import { restingState } from "../services/state-table.ts";

export type Summary = { words: string; tone: Tone };

const worst: readonly Tone[] = ["bad", "warn", "idle", "ok"];
const rank = (tone: Tone) => worst.indexOf(tone);

/** How one service counts among others: what is on its way, unless something is wrong already. */
function countedAs(service: Service): Summary {
  const { word, tone } = restingState(service);
  if (tone !== "bad" && runningDeployment(service)) return { words: "deploying", tone: "warn" };
  return { words: service.state === "degraded" ? "degraded" : word.toLowerCase(), tone };
}

/** The worst that there is among services, and of how many; null where there are none. */
export function summaryOf(services: readonly Service[]): Summary | null {
  if (services.length === 0) return null;
  const all = services.map(countedAs);
  const tone = worst.find((each) => all.some((one) => one.tone === each))!;
  if (tone === "ok") return { words: services.length === 1 ? "Live" : "All live", tone };
  const told = all.filter((one) => one.tone === tone);
  const kinds = [...new Set(told.map(({ words }) => words))];
  const each = kinds.map((words) => `${told.filter((one) => one.words === words).length} ${words}`);
  return { words: each.join(", "), tone };
}

/** Those whose name has the words, in the order that was chosen; by state what needs a person stands first. */
export function sortedProjects(projects: readonly Project[], of: ReadonlyMap<string, Summary | null>, { filter, projectOrder }: Pick<View, "filter" | "projectOrder">): Project[] {
  const word = filter.trim().toLowerCase();
  const found = word ? projects.filter(({ name }) => name.toLowerCase().includes(word)) : [...projects];
  const byName = (one: Project, other: Project) => one.name.localeCompare(other.name, undefined, { numeric: true });
  const tone = ({ id }: Project) => rank(of.get(id)?.tone ?? "ok");
  const orders: Record<View["projectOrder"], (one: Project, other: Project) => number> = {
    name: byName,
    newest: (one, other) => other.createdAt - one.createdAt,
    state: (one, other) => tone(one) - tone(other) || byName(one, other),
  };
  return found.sort(orders[projectOrder] ?? byName);
}
