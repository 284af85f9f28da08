import { readAny } from "../store/read.ts";
import { json } from "../store/sql.ts";

/** The value of a volume's row. `volumeId` null: a new one; else one that lies in the trash. */
export type MountRow = { volumeId: string | null; name: string };

export const writeMountRow = ({ volumeId, name }: MountRow): string => json({ volumeId, name })!;

export function readMountRow(value: string): MountRow {
  const { volumeId, name } = (readAny(value, "staged") ?? {}) as Record<string, unknown>;
  return { volumeId: typeof volumeId === "string" ? volumeId : null, name: typeof name === "string" ? name : "" };
}
