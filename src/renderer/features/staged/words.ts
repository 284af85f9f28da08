import { TRASH_DAYS, type StagedDifference, type StagedReview, type StagedRow } from "@aeroplane/agent/contract";
import { stagedVolume } from "./rows.ts";
import { settingName } from "./settings.ts";

type Named = (serviceId: string) => string | undefined;

export const changes = (count: number): string => (count === 1 ? "1 change" : `${count} changes`);

/** What a row is about, by its own name: "MODE", "Memory of each instance"; what a newer agent stages besides, with its word. */
export function rowName({ aspect, name }: Pick<StagedRow, "aspect" | "name">): string {
  if (aspect === "setting") return settingName(name);
  return aspect === "variable" ? name : `${aspect} ${name}`;
}

/** In one word, what becomes of it; null: it is another value. */
export function rowWord({ aspect, act, kind }: Pick<StagedRow, "aspect" | "act" | "kind">, isNew: boolean): string | null {
  if (act === "removed") return "Removed";
  if (aspect === "volume" && act === "set") return "Added";
  if (act === "secret") return "Made secret";
  if (act !== "set") return act;
  // A kind of a newer agent is not shown either.
  const isSecret = kind !== null && kind !== "plain";
  if (isNew) return isSecret ? "New secret" : "New";
  return isSecret ? "Secret replaced" : null;
}

/** What becomes of a volume, and of what it holds. */
export function volumeWords(row: Pick<StagedDifference, "aspect" | "act" | "value" | "wanted">): string {
  const before = stagedVolume({ aspect: "volume", act: "set", value: row.wanted?.value })?.name;
  const goes = `${before || "The volume"} goes to the trash, where its data is kept for ${TRASH_DAYS} days`;
  if (row.act === "removed") return goes;
  const after = stagedVolume(row);
  // Told in another way by a newer agent.
  if (after === null) return row.act === "set" ? "A volume" : row.act;
  const comes = after.volumeId === null ? `New, empty volume ${after.name}`.trim() : `The volume ${after.name}, with the data that it has`;
  return row.wanted === null ? comes : `${comes}; ${goes}`;
}

/** "2 variables and 1 setting" of one owner, a single one by its name. */
function counted(rows: readonly StagedRow[]): string {
  const [only] = rows;
  if (only && rows.length === 1) return rowName(only);
  const kinds = [...new Set(rows.map(({ aspect }) => aspect))];
  return kinds
    .map((kind) => {
      const count = rows.filter(({ aspect }) => aspect === kind).length;
      return count === 1 ? `1 ${kind}` : `${count} ${kind}s`;
    })
    .join(" and ");
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

export const idleWords = ({ name, why }: StagedReview["idle"][number]): string => `${name} ${Object.hasOwn(idleWhy, why) ? idleWhy[why] : `does not run (${why})`}: it gets the changes with its next deploy.`;

/** So many services are named in a sentence. */
const NAMED = 5;

/** What a Deploy begins, in a few words: "Deploys web, api and 3 more, in this order." */
export function deploysWords(members: readonly Pick<StagedReview["members"][number], "name">[]): string {
  if (members.length === 0) return "Nothing is deployed now.";
  const named = members.slice(0, NAMED).map(({ name }) => name);
  const more = members.length - named.length;
  const words = more > 0 ? [...named, `${more} more`] : named;
  return words.length === 1 ? `Deploys ${words[0]}.` : `Deploys ${words.slice(0, -1).join(", ")} and ${words.at(-1)}, in this order.`;
}

/** Why a service is deployed, and what it waits for; empty: it has changes of its own and waits for nobody. */
export function memberWords({ why, after }: StagedReview["members"][number], named: Named): string {
  const waits = after.map((id) => named(id) ?? "another").join(", ");
  return [why === "refers" ? "refers to what changes" : why !== "rows" && why, waits && `after ${waits}`].filter(Boolean).join(" · ");
}
