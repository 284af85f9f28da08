import { fail, type ErrorCode, type Failure } from "../../contract/index.ts";

/** What a registry, or the way to it, says through the engine and through BuildKit; the first that fits. `copyDoes`: a copy of the image on this server is free of that trouble. */
const words = [
  { is: "REGISTRY_LIMITED", copyDoes: true, said: /toomanyrequests|too many requests|\b429\b|rate limit/i },
  { is: "IMAGE_WRONG_PROCESSOR", said: /no matching manifest for|no match for platform|does not match the (?:specified|detected host) platform/i },
  { is: "ABSENT", said: /manifest unknown|name unknown/i },
  { is: "REGISTRY_FAILING", copyDoes: true, said: /(?:unexpected (?:http )?status|status code|status from|response status code)\b.*\b5\d\d\b|\b50[0234] (?:internal server error|bad gateway|service unavailable|gateway time-?out)/i },
  { is: "REGISTRY_UNREACHABLE", copyDoes: true, said: /no such host|connection refused|i\/o timeout|dial tcp|server misbehaving|TLS handshake|\btls: |x509: |context deadline exceeded|Client\.Timeout|timeout awaiting|\btimed? ?out\b|\bEOF\b|connection reset|network is unreachable|no route to host/i },
  { is: "ABSENT", said: /not found|pull access denied|repository does not exist|insufficient_scope|authorization failed|unauthorized|\bdenied\b|invalid reference/i },
] as const;

type About = { reference: string; absent: Extract<ErrorCode, "IMAGE_NOT_FOUND" | "BASE_IMAGE_NOT_FOUND">; cause?: unknown; /** More than was said. */ detail?: string };

/** Why an image did not come, as a code of the table; null: these words say nothing of it. `absent`: what its absence is called here. */
export function registryFailure(said: string, { reference, absent, cause, detail = said }: About): Failure | null {
  const text = withoutNames(said, reference);
  const found = words.find((each) => each.said.test(text))?.is;
  if (found === undefined) return null;
  const options = { cause, detail };
  if (found === "ABSENT") return fail(absent, { reference }, options);
  if (found === "IMAGE_WRONG_PROCESSOR") return fail(found, { reference, processor: processors[process.arch] ?? process.arch }, options);
  return fail(found, { reference }, options);
}

/** Whether a copy of the image on this server is as good. */
export const passesWithACopy = (code: string): boolean => words.some((each) => each.is === code && "copyDoes" in each);

const UNITS: Record<string, number> = { "µs": 0.001, us: 0.001, ms: 1, s: 1000, m: 60_000 };

/** Milliseconds after which a registry wants to be asked again, where it says so; the engine hands its words on, and no header. */
export function comeAgainIn(said: string): number | null {
  const [, count, unit] = /retry-after: ([0-9.]+)(µs|us|ms|s|m)\b/i.exec(said) ?? [];
  const wait = Number(count) * (UNITS[unit ?? ""] ?? Number.NaN);
  return Number.isFinite(wait) ? Math.max(wait, 1000) : null;
}

/** As registries call them. */
const processors: Partial<Record<string, string>> = { x64: "linux/amd64", arm64: "linux/arm64" };

/** Names and addresses may hold any of these words: an image called tls-proxy is no trouble with TLS. */
function withoutNames(said: string, reference: string): string {
  const path = reference.replace(/@sha256:.*$/, "").replace(/:[^:/]*$/, "");
  const names = [reference, path, path.split("/").slice(-2).join("/"), path.split("/").at(-1)!].filter(Boolean);
  return names.reduce((text, name) => text.replaceAll(name, "…"), said.replace(/https?:\/\/[^\s"]+/g, "…"));
}
