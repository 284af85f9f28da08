import { entryOf, TRASH_DAYS, type Service, type StagedRow, type Volume } from "@aeroplane/agent/contract";
import { bytes } from "../../data/time.ts";
import { stagedVolume } from "../staged/rows.ts";

/** A volume of a service as a Deploy would leave it, with the edit that waits, if any. */
export type ListedVolume = { path: string; name: string; /** Null: it is made by the Deploy. */ volume: Volume | null; row: StagedRow | null };

const numbers = new Intl.Collator("en", { numeric: true });
const byPath = (one: { path: string }, other: { path: string }) => numbers.compare(one.path, other.path);

/** What a service has with what is staged laid over it; one that is to go stays, to be taken back. `rows`: those of the service. */
export function listedVolumes(serviceId: string, volumes: readonly Volume[], rows: readonly StagedRow[]): ListedVolume[] {
  const staged = new Map(rows.filter(({ aspect }) => aspect === "volume").map((row) => [row.name, row]));
  const own = volumes.filter((volume) => volume.serviceId === serviceId && volume.state !== "trash");
  const listed = own.map((volume): ListedVolume => {
    const row = staged.get(volume.path) ?? null;
    const comes = row && stagedVolume(row);
    // Another one comes in its place, and is listed beside it.
    if (comes && comes.volumeId !== volume.id) return { path: volume.path, name: volume.name, volume, row: { ...row, act: "removed" } };
    staged.delete(volume.path);
    return { path: volume.path, name: volume.name, volume, row };
  });
  const added = [...staged.values()].flatMap((row): ListedVolume[] => {
    const comes = stagedVolume(row);
    if (comes === null) return [];
    const volume = volumes.find(({ id }) => id === comes.volumeId) ?? null;
    return [{ path: row.name, name: volume?.name ?? comes.name, volume, row }];
  });
  return [...listed, ...added].sort(byPath);
}

/** Those that a Deploy would leave it. */
export const leftOf = (listed: readonly ListedVolume[]): ListedVolume[] => listed.filter(({ row }) => row?.act !== "removed");

/** Whether it has a volume once what is staged is deployed. */
export function keepsVolumes({ volumes }: Pick<Service, "volumes">, rows: readonly StagedRow[]): boolean {
  const staged = rows.filter(({ aspect }) => aspect === "volume");
  const gone = new Set(staged.flatMap(({ act, name }) => (act === "removed" ? [name] : [])));
  return staged.some(({ act }) => act === "set") || volumes.some(({ path }) => !gone.has(path));
}

/** What its image declares as volumes and is kept in none of ours. */
export function unkeptPaths({ warnings }: Pick<Service, "warnings">, listed: readonly ListedVolume[]): string[] {
  const declared = warnings.flatMap(({ code, lists }) => (code === "IMAGE_HAS_VOLUMES" ? (lists?.paths ?? []) : []));
  const kept = new Set(leftOf(listed).map(({ path }) => path));
  return [...new Set(declared)].filter((path) => !kept.has(path));
}

/** As many letters as a name may have. */
export const LONGEST_NAME = 63;

/** The first of a name, and the name with a number, that is free. */
export function freeName(base: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const end = number === 1 ? "" : `-${number}`;
    const name = `${base.slice(0, LONGEST_NAME - end.length).replace(/-+$/, "")}${end}`;
    if (!taken.includes(name)) return name;
  }
}

/** What the agent calls it where nobody types a name: "web-data" at /var/lib/data. */
export function nameFor(service: string, path: string, taken: readonly string[]): string {
  const last = path.split("/").filter(Boolean).at(-1) ?? "";
  return freeName(`${service}-${last.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "") || "volume"}`, taken);
}

const states: Record<string, string> = { wanted: "Made and mounted by the next deployment", mounted: "", trash: "In the trash" };

/** What stands below its name besides its size; of a state that only a newer agent knows, its word. */
export function lineOf({ volume, row }: Pick<ListedVolume, "volume" | "row">): string {
  if (row?.act === "removed") return `Goes to the trash with the next deploy of what is staged; its data is kept there for ${TRASH_DAYS} days`;
  if (row && volume) return "Mounted by the next deploy of what is staged, with the data that it has";
  if (row || !volume) return "Made by the next deploy of what is staged";
  if (volume.state === "wanted" && isMade(volume)) return "Mounted by the next deployment, with the data that it has";
  return entryOf(states, volume.state) ?? volume.state;
}

/** What is not made yet holds nothing; one that came back out of the trash does, and was measured. */
export const isMade = ({ state, measuredAt }: Pick<Volume, "state" | "measuredAt">): boolean => state !== "wanted" || measuredAt !== null;

export const sizeOf = ({ bytes: size }: Pick<Volume, "bytes">): string => (size === null ? "Not measured yet" : bytes(size));

/** "6 days left", of one in the trash. */
export function leftWords({ goesAt }: Pick<Volume, "goesAt">, now: number): string {
  if (goesAt === null) return "";
  const days = Math.ceil((goesAt - now) / 86_400_000);
  return days <= 0 ? "emptied soon" : days === 1 ? "1 day left" : `${days} days left`;
}
