import type { StagedReview, StagedRow } from "@aeroplane/agent/contract";
import { settingName } from "./settings.ts";

type Named = (serviceId: string) => string | undefined;

export const changes = (count: number): string => (count === 1 ? "1 change" : `${count} changes`);

const isSetting = ({ aspect }: Pick<StagedRow, "aspect">) => aspect === "setting";

/** What a row is about, by its own name: "MODE", "Memory of each instance". */
export const rowName = ({ aspect, name }: Pick<StagedRow, "aspect" | "name">): string => (aspect === "setting" ? settingName(name) : name);

/** In one word, what becomes of it; null: it is another value. */
export function rowWord({ act, kind }: Pick<StagedRow, "act" | "kind">, isNew: boolean): string | null {
  if (act === "removed") return "Removed";
  if (act === "secret") return "Made secret";
  if (act !== "set") return act;
  if (isNew) return kind === "secret" ? "New secret" : "New";
  return kind === "secret" ? "Secret replaced" : null;
}

/** "2 variables and 1 setting" of one owner, a single one by its name. */
function counted(rows: readonly StagedRow[]): string {
  const [only] = rows;
  if (only && rows.length === 1) return rowName(only);
  const settings = rows.filter(isSetting).length;
  const variables = rows.length - settings;
  return [variables > 0 && (variables === 1 ? "1 variable" : `${variables} variables`), settings > 0 && (settings === 1 ? "1 setting" : `${settings} settings`)].filter(Boolean).join(" and ");
}

/** "2 variables on web, Port on api": what waits, owner by owner. */
export function summaryOf(rows: readonly StagedRow[], named: Named): string {
  const owners = [...new Set(rows.map(({ serviceId }) => serviceId))];
  return owners
    .map((owner) => {
      const own = rows.filter(({ serviceId }) => serviceId === owner);
      return owner === null ? `${counted(own)} shared` : `${counted(own)} on ${named(owner) ?? "a service"}`;
    })
    .join(", ");
}

/** A circle in a sentence: who refers to whom, and who does not wait. */
export const circleWords = ({ name, afterName, circle }: StagedReview["broken"][number]): string => `${circle.join(" → ")} is a circle: ${name} is deployed without waiting for ${afterName}.`;

const idleWhy: Record<string, string> = { stopped: "is stopped", empty: "was never deployed" };

export const idleWords = ({ name, why }: StagedReview["idle"][number]): string => `${name} ${Object.hasOwn(idleWhy, why) ? idleWhy[why] : "does not run"}: its next deploy has the changes.`;

/** Why a service is deployed, and what it waits for; empty: it has changes of its own and waits for nobody. */
export function memberWords({ why, after }: StagedReview["members"][number], named: Named): string {
  const waits = after.map((id) => named(id) ?? "another").join(", ");
  return [why === "refers" && "refers to what changes", waits && `after ${waits}`].filter(Boolean).join(" · ");
}
