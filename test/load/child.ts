import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A maker beside this file, in a process of its own. */
export function forkMaker(file: string, plan: unknown): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(plan)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

/** The next report of this type; a maker that ends before is an error. */
export async function said<R extends { type: string }, T extends R["type"]>(child: ChildProcess, type: T): Promise<Extract<R, { type: T }>> {
  const heard = new AbortController();
  // Not its exit: that may be heard of before its last word.
  const lost = once(child, "disconnect", { signal: heard.signal }).then(
    () => Promise.reject(new Error("the load maker ended before it was asked to")),
    () => new Promise<never>(() => {}),
  );
  try {
    for (;;) {
      const [message] = (await Promise.race([once(child, "message", { signal: heard.signal }), lost])) as [R];
      if (message.type === type) return message as Extract<R, { type: T }>;
    }
  } finally {
    heard.abort();
  }
}
