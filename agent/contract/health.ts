import * as z from "zod";
import * as name from "./names.ts";
import { entryOf, open } from "./open.ts";
import type { Traits } from "./shapes.ts";

/** Headers of one question, at most. */
const MOST_HEADERS = 20;

/** One answer is waited for so long at most; absent: as long as the check lasts. */
const timeoutSeconds = name.numberFrom(1, 120).optional();
/** Between two looks; absent: as often as the kind of check does by itself. */
const intervalSeconds = name.numberFrom(1, 60).optional();

const byHttp = z.object({
  by: z.literal("http"),
  /** Null: the root, where any answer will do. */
  path: name.healthPath.nullable().default(null),
  /** "200-399, 401"; null: 200 to 399 on a path, any answer without one. */
  statuses: name.statuses.nullable().default(null),
  headers: z
    .record(name.headerName, name.headerValue)
    .refine((headers) => Object.keys(headers).length <= MOST_HEADERS, `${MOST_HEADERS} headers at most`)
    .default({}),
  timeoutSeconds,
  intervalSeconds,
});
const byCommand = z.object({ by: z.literal("command"), command: name.command, timeoutSeconds, intervalSeconds });

/** How a release shows that it is well. */
export const health = z.discriminatedUnion("by", [byHttp, z.object({ by: z.literal("tcp") }), byCommand, z.object({ by: z.literal("image") }), z.object({ by: z.literal("up") })]);
export type Health = z.infer<typeof health>;
export type HealthKind = Health["by"];
export type HealthOf<By extends HealthKind> = Extract<Health, { by: By }>;

/** As it is answered: a kind that only a newer agent knows is handed on as it is. */
export const openHealth = z.looseObject({ by: open<HealthKind>() });

/** `port`: it is asked on one. */
export const healthKinds = {
  http: { word: "Answers HTTP", port: true },
  tcp: { word: "Accepts connections", port: true },
  command: { word: "Command passes", port: false },
  image: { word: "HEALTHCHECK passes", port: false },
  up: { word: "Stays up", port: false },
} as const satisfies Record<HealthKind, { word: string; port: boolean }>;

/** Whether it can be asked only on a port. */
export const asksPort = (by: string): boolean => entryOf<{ port: boolean }>(healthKinds, by)?.port ?? false;

type Told = { health?: z.infer<typeof openHealth> | undefined; healthPath: string | null; imageHealth: boolean };

/** How a release with such settings is checked; from before there was a choice: as its shape is, by its health path. */
export function healthOf({ health: told, healthPath }: Told, { checked }: Pick<Traits, "checked">): Health {
  const known = health.safeParse(told);
  if (known.success) return known.data;
  return checked === "answers" ? { by: "http", path: healthPath, statuses: null, headers: {} } : { by: "up" };
}

/** Whether the HEALTHCHECK of the image must pass beside that: only settings from before there was a choice say so. */
export const alsoByImage = ({ health: told, imageHealth }: Told): boolean => told === undefined && imageHealth;

type Asked = Pick<HealthOf<"http">, "path" | "statuses">;

/** Whether an answer of that status is a good one. */
export function isGoodStatus({ path, statuses }: Asked, status: number): boolean {
  if (statuses === null) return path === null || (status >= 200 && status <= 399);
  return rangesIn(statuses).some(([from, to]) => status >= from && status <= to);
}

/** In a sentence: "200 to 399". */
export const goodStatuses = ({ statuses }: Asked): string =>
  rangesIn(statuses ?? "200-399").map(([from, to]) => (from === to ? String(from) : `${from} to ${to}`)).join(", ");

const rangesIn = (statuses: string): [number, number][] =>
  statuses.split(",").map((range) => {
    const [from, to = from] = range.split("-").map(Number);
    return [from!, to!];
  });
