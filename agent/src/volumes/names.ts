import type { Db, StagedRow } from "../store/index.ts";
import { listStaged, volumesIn } from "../store/index.ts";
import { readMountRow } from "../staged/mount-row.ts";

const LONGEST = 63;

/** A name that no other volume of the environment has, or is to have: that of the service and the last folder of the path, or the one that is wished. */
export function freeName(db: Db, { environmentId, serviceName, path, wished, own }: { environmentId: string; serviceName: string; path: string; wished?: string; own: (row: StagedRow) => boolean }): string {
  const staged = listStaged(db, environmentId).filter((row) => row.aspect === "volume" && row.value !== null && !own(row));
  const taken = new Set([
    ...volumesIn(db, environmentId).flatMap(({ state, name }) => (state === "trash" ? [] : [name])),
    ...staged.map(({ value }) => readMountRow(value!).name),
  ]);
  const base = wished ?? `${serviceName}-${slug(path.split("/").at(-1)!)}`;
  for (let number = 1; ; number++) {
    const end = number === 1 ? "" : `-${number}`;
    const name = `${base.slice(0, LONGEST - end.length).replace(/-+$/, "")}${end}`;
    if (!taken.has(name)) return name;
  }
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "") || "volume";
