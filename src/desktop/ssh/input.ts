import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Feeds a command, and ends its input once all of it is told. Rejects with the cause where the source broke off: what the
 * command has then is not all, so its input is left open and whoever asked has to end the command. A command may close its
 * input before that: its exit code tells the story.
 */
export async function feed(stdin: string | Readable | undefined, into: Writable): Promise<void> {
  if (stdin === undefined || typeof stdin === "string") return void into.end(stdin);
  let first: "source" | "command" | null = null;
  const closed = (by: "source" | "command") => () => void (first ??= by);
  for (const event of ["error", "close"]) {
    into.once(event, closed("command"));
    stdin.once(event, closed("source"));
  }
  try {
    await pipeline(stdin, into, { end: false });
  } catch (error) {
    if (first !== "command") throw error;
  }
  into.end();
}
