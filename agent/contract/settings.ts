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

/** What is set for a whole server. */
export const serverSettings = z.object({
  /** Proxies before this server: what their requests say in X-Forwarded-For, -Proto and -Host is believed, and nobody else's. */
  trustedProxies: z.array(addressRange).max(100),
});
export type ServerSettings = z.infer<typeof serverSettings>;

/** As it is answered: a newer agent may admit more than we. */
export const openServerSettings = z.looseObject({ trustedProxies: z.array(z.string()) });
