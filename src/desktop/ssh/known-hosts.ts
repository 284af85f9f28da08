import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** One line of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export type KnownHost = {
  marker: "revoked" | "cert-authority" | null;
  hosts: string;
  type: string;
  key: Buffer;
  file: string;
  line: number;
};

export type Verdict =
  | { state: "known" }
  | { state: "unknown" }
  /** Known by other keys only; also by keys of another type: those were asked for first, and whoever lacks them could choose a new type. */
  | { state: "changed"; entry: KnownHost }
  | { state: "revoked"; entry: KnownHost };

export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split("\n").flatMap((raw, index) => {
    const words = raw.trim().split(/\s+/);
    if (words[0] === "" || words[0]?.startsWith("#")) return [];
    const marker = words[0] === "@revoked" ? "revoked" : words[0] === "@cert-authority" ? "cert-authority" : null;
    const [hosts, type, key] = marker ? words.slice(1) : words;
    if (!hosts || !type || !key || hosts.startsWith("@")) return [];
    return [{ marker, hosts, type, key: Buffer.from(key, "base64"), file, line: index + 1 }];
  });
}

/** How OpenSSH writes a host: the port only where it is not 22. */
export function hostName(address: string, port: number): string {
  const bare = address.replace(/^\[|\]$/g, "").toLowerCase();
  return port === 22 ? bare : `[${bare}]:${port}`;
}

/**
 * As OpenSSH decides: revoked before all; a known host with a key that is not among the known ones has changed, whatever
 * the type. Where a name with a port is unknown, the same key under the bare name will do.
 */
export function judge(known: readonly KnownHost[], name: string, key: Buffer): Verdict {
  const own = known.filter((entry) => matches(entry.hosts, name));
  const revoked = own.find((entry) => entry.marker === "revoked" && entry.key.equals(key));
  if (revoked) return { state: "revoked", entry: revoked };
  // Certificate authorities are the system ssh's business: here such a host is asked about like any new one.
  const plain = own.filter((entry) => entry.marker === null);
  if (plain.some((entry) => entry.key.equals(key))) return { state: "known" };
  const other = plain.find((entry) => entry.type === keyType(key)) ?? plain[0];
  if (other) return { state: "changed", entry: other };
  const bare = /^\[(.+)\]:\d+$/.exec(name)?.[1];
  const byBareName = bare === undefined ? undefined : judge(known, bare, key);
  return byBareName?.state === "known" || byBareName?.state === "revoked" ? byBareName : { state: "unknown" };
}

/** Key types already known for that host, to be asked for first. */
export function knownTypes(known: readonly KnownHost[], name: string): string[] {
  return [...new Set(known.filter((entry) => entry.marker === null && matches(entry.hosts, name)).map((entry) => entry.type))];
}

/** The type is the first string inside the key's blob. */
export function keyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return length > 0 && length <= 64 ? key.subarray(4, 4 + length).toString("latin1") : "unknown";
}

/** As `ssh-keygen -lf` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

export function knownHostLine(name: string, key: Buffer, { hashed }: { hashed: boolean }): string {
  const salt = randomBytes(20);
  const host = hashed ? `|1|${salt.toString("base64")}|${hashName(salt, name).toString("base64")}` : name;
  return `${host} ${keyType(key)} ${key.toString("base64")}\n`;
}

/** The same file without that name: a line that holds others too keeps them; patterns and marked lines stay. */
export function withoutHost(text: string, name: string): { text: string; lines: number[]; patterns: number[] } {
  const [lines, patterns]: [number[], number[]] = [[], []];
  const kept = text.split("\n").flatMap((raw, index) => {
    const [entry] = parseKnownHosts(raw, "");
    if (!entry || entry.marker !== null || !matches(entry.hosts, name)) return [raw];
    const others = entry.hosts.startsWith("|1|") ? [] : entry.hosts.split(",").filter((host) => host.toLowerCase() !== name);
    if (others.length > 0 && matches(others.join(","), name)) {
      patterns.push(index + 1);
      return [raw];
    }
    lines.push(index + 1);
    return others.length === 0 ? [] : [raw.replace(entry.hosts, () => others.join(","))];
  });
  return { text: kept.join("\n"), lines, patterns };
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith("|1|")) return matchesHash(hosts, name);
  let found = false;
  for (const pattern of hosts.toLowerCase().split(",")) {
    const negated = pattern.startsWith("!");
    if (!wildcard(negated ? pattern.slice(1) : pattern).test(name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

function matchesHash(hosts: string, name: string): boolean {
  const [, , salt, hash] = hosts.split("|");
  if (!salt || !hash) return false;
  const wanted = Buffer.from(hash, "base64");
  const made = hashName(Buffer.from(salt, "base64"), name);
  return wanted.length === made.length && timingSafeEqual(wanted, made);
}

function hashName(salt: Buffer, name: string): Buffer {
  return createHmac("sha1", salt).update(name).digest();
}

function wildcard(pattern: string): RegExp {
  const body = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${body}$`);
}
