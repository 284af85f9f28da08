import * as z from "zod";
import * as name from "./names.ts";

export const PROTOCOLS = ["tcp", "udp"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Ports of one service, at most. */
export const MOST_PUBLISHED = 20;

/** A port of the server behind which a service stands for everyone who reaches the server: no proxy of ours looks at what comes. */
export const published = z.object({
  /** Of the server. */
  port: name.port,
  /** Of its containers; null: the one that it listens on. */
  target: name.port.nullable().default(null),
  protocol: z.enum(PROTOCOLS, "tcp or udp").default("tcp"),
  /** Of the server; 0.0.0.0: all that it has. Containers have no IPv6. */
  address: z.ipv4("An IPv4 address of the server, or 0.0.0.0 for all of them").default("0.0.0.0"),
});
export type Published = z.infer<typeof published>;

/** "5432/tcp". */
export const portWords = ({ port, protocol }: Pick<Published, "port" | "protocol">): string => `${port}/${protocol}`;

export const publishedPorts = z
  .array(published)
  .max(MOST_PUBLISHED, `${MOST_PUBLISHED} ports at most`)
  .refine((ports) => new Set(ports.map(portWords)).size === ports.length, "The same port is there twice");

/** As it is answered: what a newer agent knows besides is handed on. */
export const openPublished = z.looseObject({ port: z.int(), target: z.int().nullable().default(null), protocol: z.string().default("tcp"), address: z.string().default("0.0.0.0") });

/** What a person should know who opens one. */
export const PUBLISHED_WORDS = "Reachable by everyone who reaches this server; the firewall of the server may not apply.";
