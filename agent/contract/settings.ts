import * as z from "zod";

const range4 = z.union([z.ipv4(), z.cidrv4()]);
const range6 = z.union([z.ipv6(), z.cidrv6()]);
const prefixOf = (range: string): number => (range.includes("/") ? Number(range.split("/")[1]) : Number.POSITIVE_INFINITY);

/** Shorter ones hold so much of the internet that whoever sends a request would be believed. */
const SHORTEST_4 = 8;
const SHORTEST_6 = 16;

/** An address, or a range of them in CIDR notation. */
export const addressRange = z
  .string()
  .trim()
  .max(50)
  .refine((range) => range4.safeParse(range).success || range6.safeParse(range).success, "An address or a range such as 173.245.48.0/20")
  .refine((range) => prefixOf(range) >= (range.includes(":") ? SHORTEST_6 : SHORTEST_4), `A range of /${SHORTEST_4} or less, for IPv6 of /${SHORTEST_6} or less: everybody in it is believed`);

/** Bytes; null: what the agent finds right for the disk. */
const budget = z.int().min(0).max(2 ** 50).nullable().default(null);
export const MOST_KEPT_RELEASES = 50;

/** How much of what nobody needs at the moment is kept. */
export const storageSettings = z.object({
  /** Of each service, with the live one; pinned ones count to no service. */
  releases: z.int().min(1).max(MOST_KEPT_RELEASES).default(5),
  imagesBytes: budget,
  cacheBytes: budget,
  logsBytes: budget,
  /** Free space under which a cleanup begins by itself. */
  freeBytes: budget,
});
export type StorageSettings = z.infer<typeof storageSettings>;

/** What is set for a whole server. */
export const serverSettings = z.object({
  /** Proxies before this server: what their requests say in X-Forwarded-For, -Proto and -Host is believed, and nobody else's. */
  trustedProxies: z.array(addressRange).max(100),
  /** Absent: as it is. */
  storage: storageSettings.optional(),
});
export type ServerSettings = z.infer<typeof serverSettings>;

/** As it is answered: a newer agent may admit more than we. */
export const openServerSettings = z.looseObject({
  trustedProxies: z.array(z.string()),
  /** Absent: of an agent that keeps no budgets. */
  storage: z.looseObject({ ...storageSettings.shape, releases: z.int() }).optional(),
});
