import { createHash, randomBytes } from "node:crypto";

/** Milliseconds that a browser has to start and come. */
const LIFE = 60_000;

export type Codes = ReturnType<typeof createCodes>;

/** Words that are good once, and only for a minute: what a browser is led by has to lie where others may look. */
export function createCodes(life = LIFE) {
  const open = new Map<string, { used: () => void; timer: NodeJS.Timeout }>();
  const hashOf = (code: string) => createHash("sha256").update(code).digest("hex");

  /** `over`: when it was used, or can not be any more. */
  function issue(): { code: string; over: Promise<void> } {
    const code = randomBytes(32).toString("base64url");
    const { promise: over, resolve } = Promise.withResolvers<void>();
    open.set(hashOf(code), { used: resolve, timer: setTimeout(() => take(code), life).unref() });
    return { code, over };
  }
  /** Whether it was good; it is not any more. Found by its hash, so that the time of the look tells nothing of it. */
  function take(code: string): boolean {
    const key = hashOf(code);
    const found = open.get(key);
    if (found === undefined) return false;
    clearTimeout(found.timer);
    open.delete(key);
    found.used();
    return true;
  }

  return { issue, take };
}
