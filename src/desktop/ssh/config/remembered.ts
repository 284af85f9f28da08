import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { readConfig } from "./read.ts";

type Lines = [key: string, value: string][];

/** What nobody sees change here (a password file, a system's folder of its own) is asked for again after so long. */
const KEPT_MS = 600_000;
/** Asked anew each time: what such a line says is not told by the files. */
const ELSEWHERE = /^\s*Match\b.*\b(?:exec|localnetwork)\b/im;
/** Any of these may treat one name in another way than the next. */
const BY_NAME = /^\s*(?:Match\b|Host(?:\s+|\s*=\s*)(?!"?\*"?\s*(?:#.*)?$)|HostName\b|Canonical)/im;

/** As the ssh program finds it: the person's and the computer's. Null: that cannot be told. */
async function textsFor(home: string): Promise<string | null> {
  const own = (await readConfig(join(home, ".ssh", "config"), home)).text;
  // With another home the computer's file is not read.
  if (home !== userInfo().homedir) return own;
  const folder = process.platform === "win32" ? join(process.env["PROGRAMDATA"] ?? "C:\\ProgramData", "ssh") : "/etc/ssh";
  const all = await readConfig(join(folder, "ssh_config"), home).catch(() => null);
  return all && `${own}\n${all.text}`;
}

/**
 * A server that is away is tried again and again, and many of them at the start: ssh is asked once for as long as the files
 * say the same, and once for all names where no line is about one name alone.
 */
export function rememberLines({ home = homedir(), ask, now = Date.now }: { home?: string; ask: (name: string) => Promise<Lines>; now?: () => number }) {
  let kept = { texts: "", until: 0, lines: new Map<string, Promise<Lines>>() };

  return async (name: string): Promise<Lines> => {
    const texts = await textsFor(home);
    if (texts === null || ELSEWHERE.test(texts)) return ask(name);
    if (texts !== kept.texts || now() >= kept.until) kept = { texts, until: now() + KEPT_MS, lines: new Map() };
    const { lines } = kept;
    const shared = !BY_NAME.test(texts);
    const key = shared ? "*" : name;
    const asked = lines.get(key) ?? ask(name);
    lines.set(key, asked);
    // The next one asks again.
    asked.catch(() => lines.delete(key));
    const told = await asked;
    return shared ? told.map(([word, value]) => [word, word === "host" || word === "hostname" ? name : value]) : told;
  };
}
