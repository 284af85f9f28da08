import { setTimeout as sleep } from "node:timers/promises";
import { StringDecoder } from "node:string_decoder";
import { filesOf } from "../effects/index.ts";

const { openToWrite } = filesOf("build.output");

const CHUNK = 64 * 1024;
const PAUSE_MS = 40;

/** The text of a file while another process writes it; ends with what stands there when `done` has settled. */
export async function* follow(path: string, done: Promise<unknown>): AsyncGenerator<string> {
  // Its writer may not have made it yet.
  const file = await openToWrite(path, "a+");
  const decoder = new StringDecoder("utf8");
  const chunk = Buffer.alloc(CHUNK);
  let ended = false;
  const settled = done.then(
    () => (ended = true),
    () => (ended = true),
  );
  try {
    for (let at = 0; ; ) {
      const last = ended;
      const { bytesRead } = await file.read(chunk, 0, CHUNK, at);
      at += bytesRead;
      if (bytesRead > 0) yield decoder.write(chunk.subarray(0, bytesRead));
      else if (last) return;
      else await Promise.race([sleep(PAUSE_MS), settled]);
    }
  } finally {
    await file.close();
  }
}
