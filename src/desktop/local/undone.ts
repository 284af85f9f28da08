// Which parts this machine's agent did not answer with, so that they are tried again by themselves only once there are others.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { problem } from "@aeroplane/agent/contract";
import * as z from "zod";
import { partFolder, type WantedPart } from "../bootstrap/plan.ts";
import { readText, writeWhole } from "../config/file.ts";

/** `stands`: what the agent is started by instead; the card of a running one goes with a reboot, this stays. */
const record = z.object({ tried: z.array(z.string()), at: z.number(), problem, stands: z.array(z.string()).min(1) });
export type Undone = Pick<z.infer<typeof record>, "at" | "problem" | "stands">;

/** Beside the parts themselves, which are kept as long. */
const placeIn = (partsFolder: string) => join(partsFolder, "undone.json");
const namesOf = (parts: readonly WantedPart[]) => parts.map(partFolder).sort();

/** What came of these very parts here; undefined where they were not tried, or were not undone. */
export async function undoneHere(partsFolder: string, parts: readonly WantedPart[]): Promise<Undone | undefined> {
  const known = record.safeParse(parse(await readText(placeIn(partsFolder)))).data;
  return known && JSON.stringify(known.tried) === JSON.stringify(namesOf(parts)) ? known : undefined;
}

export async function rememberUndone(partsFolder: string, parts: readonly WantedPart[], { at, problem, stands }: Undone): Promise<void> {
  // The problem holds the end of the agent's log, and the folder is open to others.
  await writeWhole(placeIn(partsFolder), JSON.stringify({ tried: namesOf(parts), at, problem, stands } satisfies z.infer<typeof record>), 0o600);
}

export async function forgetUndone(partsFolder: string): Promise<void> {
  await rm(placeIn(partsFolder), { force: true });
}

/** One that cannot be read is as none: the worst is one try more. */
function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
