import { connect } from "node:net";
import { lookup } from "node:dns/promises";
import { fail, type Failure } from "../../contract/index.ts";

type Asked = { url: string; branch: string; /** Null: the branch's newest. */ commit?: string | null };

/** Of a commit that was asked for by its hash. */
const NOT_HANDED_OUT = /not our ref|unadvertised object|couldn't find remote ref|did not send all necessary objects|bad object/i;

const RULES: [RegExp, (asked: Asked, detail: string) => Failure][] = [
  [
    /couldn't find remote ref|Could not find remote branch/i,
    ({ url, branch }, detail) => fail("GIT_BRANCH_NOT_FOUND", { url, branch }, { detail }),
  ],
  [
    /Could not resolve host|Failed to connect|Couldn't connect|Connection (refused|timed out|reset)|Operation (timed out|too slow)|Network is unreachable|No route to host|Temporary failure in name resolution|Connection closed by/i,
    ({ url }, detail) => fail("GIT_UNREACHABLE", { url }, { detail }),
  ],
  [
    /repository '.*' not found|does not appear to be a git repository|not valid: is this a git repository|returned error: (401|403|404|410)|could not read (Username|Password)|Authentication failed|Permission denied \(|Repository not found|access denied|did not return a repository/i,
    ({ url }, detail) => fail("GIT_REPOSITORY_NOT_FOUND", { url }, { detail }),
  ],
];

/** Git's own words as one of the table's failures. */
export function gitFailure(asked: Asked, said: string): Failure {
  const detail = said.trim().slice(-2000);
  if (asked.commit && NOT_HANDED_OUT.test(said)) return fail("GIT_COMMIT_NOT_FOUND", { url: asked.url, commit: asked.commit.slice(0, 7) }, { detail });
  for (const [pattern, make] of RULES) if (pattern.test(said)) return make(asked, detail);
  return fail("GIT_FAILED", { url: asked.url }, { detail });
}

const PORTS: Record<string, number> = { "http:": 80, "https:": 443, "ssh:": 22 };

/** Host and port of an address in any of the admitted forms. */
export function hostOf(url: string): { host: string; port: number } {
  if (!url.includes("://")) return { host: url.slice(url.indexOf("@") + 1, url.indexOf(":")), port: 22 };
  const parsed = new URL(url);
  return { host: parsed.hostname, port: Number(parsed.port) || (PORTS[parsed.protocol] ?? 443) };
}

/** Git itself waits for minutes on a host that does not answer. */
export async function requireReachable(url: string, signal: AbortSignal, seconds = 10): Promise<void> {
  if (process.env.https_proxy || process.env.HTTPS_PROXY || process.env.http_proxy || process.env.HTTP_PROXY) return;
  const { host, port } = hostOf(url);
  const within = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  try {
    await Promise.race([lookup(host), aborted(within)]);
    await connected(host, port, within);
  } catch (cause) {
    signal.throwIfAborted();
    const detail = within.aborted ? `${host}:${port} did not answer within ${seconds} s` : (cause as Error).message;
    throw fail("GIT_UNREACHABLE", { url }, { cause, detail });
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));
}

function connected(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
  });
}
