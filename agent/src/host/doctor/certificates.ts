import { X509Certificate } from "node:crypto";
import { opendir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DoctorDeps } from "./deps.ts";
import { count, span } from "./figures.ts";
import { bad, ok, type Finding, type Look } from "./look.ts";

const WARN_DAYS = 14;
const DAY_MS = 24 * 3600 * 1000;
const MOST = 2000;

export type Certificate = { name: string; expires: number };

/** Of what Caddy keeps: a folder per issuer, one per name in it. */
export function certificateLooks({ core }: DoctorDeps): Look[] {
  const folder = join(core.paths.caddy, "run", "caddy", "certificates");
  return [{ id: "web.certificates", group: "web", title: "Certificates", look: async (signal) => judgeCertificates(await readCertificates(folder, signal), Date.now()) }];
}

async function readCertificates(folder: string, signal: AbortSignal): Promise<Certificate[]> {
  const found: Certificate[] = [];
  const entries = await opendir(folder, { recursive: true }).catch(() => null);
  if (entries === null) return found;
  for await (const entry of entries) {
    signal.throwIfAborted();
    if (!entry.isFile() || !entry.name.endsWith(".crt")) continue;
    const read = readCertificate(await readFile(join(entry.parentPath, entry.name), "utf8").catch(() => ""), entry.name);
    if (read) found.push(read);
    if (found.length >= MOST) break;
  }
  return found;
}

/** The first of a chain is the site's own. */
export function readCertificate(pem: string, file: string): Certificate | null {
  try {
    const certificate = new X509Certificate(pem);
    const named = /DNS:([^,\s]+)/.exec(certificate.subjectAltName ?? "")?.[1];
    return { name: named ?? file.replace(/\.crt$/, ""), expires: Date.parse(certificate.validTo) };
  } catch {
    return null;
  }
}

export function judgeCertificates(certificates: Certificate[], now: number): Finding {
  const sorted = [...certificates].sort((one, other) => one.expires - other.expires);
  const [first] = sorted;
  if (!first) return ok("none yet");
  const late = sorted.filter(({ expires }) => expires - now < WARN_DAYS * DAY_MS);
  const line = ({ name, expires }: Certificate) => (expires <= now ? `${name} expired ${span((now - expires) / 1000)} ago` : `${name} expires in ${span((expires - now) / 1000)}`);
  const detail = [count(sorted.length, "certificate"), ...(late.length > 1 ? late.slice(0, 20).map(line) : [line(first)])].join(late.length > 1 ? "\n" : " · ");
  if (first.expires <= now) return bad("fail", "CERTIFICATE_EXPIRED", { name: first.name, date: new Date(first.expires).toISOString().slice(0, 10) }, { detail });
  if (late.length > 0) return bad("warn", "CERTIFICATE_EXPIRES", { name: first.name, days: span((first.expires - now) / 1000) }, { detail });
  return ok(detail);
}
