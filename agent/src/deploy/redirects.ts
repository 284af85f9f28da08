import type { Trial } from "../caddy/index.ts";

/** Browsers stop there, too. */
const MOST_HOPS = 20;

type Ask = (path: string, cookie: string) => ReturnType<Trial["ask"]>;

/**
 * Follows redirects that stay on the host, with the cookies that they set. Answers the path that they come back to, or
 * null where they end: at an answer, elsewhere, or in nothing that can be told.
 */
export async function circleFrom(host: string, path: string, ask: Ask): Promise<string | null> {
  const cookies = new Map<string, string>();
  const been = new Set<string>();
  let at = path;
  for (let hop = 0; hop <= MOST_HOPS; hop += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const place = `${at} ${cookie}`;
    if (been.has(place)) return at;
    been.add(place);
    const answer = await ask(at, cookie);
    if (answer.kind !== "answer" || answer.status < 300 || answer.status > 399 || answer.location === null) return null;
    for (const one of answer.cookies) cookies.set(one.split("=", 1)[0]!, one.slice(one.indexOf("=") + 1));
    const next = whereTo(answer.location, host, at);
    if (next === null) return null;
    at = next;
  }
  return at;
}

/** Another host or another scheme is somebody else's. */
function whereTo(location: string, host: string, from: string): string | null {
  const base = `http://${host}`;
  if (!URL.canParse(location, base + from)) return null;
  const url = new URL(location, base + from);
  return url.origin === new URL(base).origin ? url.pathname + url.search : null;
}
