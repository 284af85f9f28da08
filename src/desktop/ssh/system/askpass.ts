import { execFile } from "node:child_process";
import { constants, open as openFd } from "node:fs";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { folderPrefix } from "./leftovers.ts";

/**
 * What ssh starts when it has a question. It speaks through two pipes in a folder that only this person may enter: no
 * answer is ever in an argument, a variable or a file. A hint that wants no answer waits until ssh ends it.
 */
const SCRIPT = `#!/bin/sh
folder=\${0%/*}
if [ "$SSH_ASKPASS_PROMPT" = none ]; then
  printf '!%s\\000' "$1" >"$folder/ask"
  exec sleep 3600
fi
until mkdir "$folder/turn" 2>/dev/null; do sleep 0.1; done
printf '?%s\\000' "$1" >"$folder/ask"
IFS= read -r answer <"$folder/answer"
rmdir "$folder/turn"
printf '%s\\n' "$answer"
`;

export type Askpass = { folder: string; env: Record<string, string>; close(): Promise<void> };

/** `answer` gives the words back, or never settles: then ssh is being ended. `hint`: something to be told, such as to touch a key. */
export async function createAskpass({ answer, hint }: { answer: (question: string) => Promise<string>; hint: (text: string) => void }): Promise<Askpass> {
  // Short: a socket's path may have about a hundred characters.
  const folder = await mkdtemp(folderPrefix());
  const path = (name: string) => join(folder, name);
  await promisify(execFile)("mkfifo", ["-m", "600", path("ask"), path("answer")]);
  await writeFile(path("askpass"), SCRIPT, { mode: 0o700, flag: "wx" });
  // Open both ways, so that neither end waits for the other.
  const both = constants.O_RDWR | constants.O_NONBLOCK;
  const answers = await open(path("answer"), both);
  // A bare number, which the socket alone closes: a second close could hit whatever got the number since.
  const heard = new Socket({ fd: await promisify(openFd)(path("ask"), both), readable: true, writable: false });
  let rest = "";
  heard.setEncoding("utf8").on("data", (text: string) => {
    const parts = `${rest}${text}`.split("\0");
    rest = parts.pop()!;
    for (const part of parts) {
      if (part.startsWith("!")) hint(part.slice(1));
      else void answer(part.slice(1)).then((words) => answers.write(`${words}\n`)).catch(() => {});
    }
  });
  heard.on("error", () => {});

  let closed: Promise<void> | undefined;
  const close = () => (closed ??= end());

  async function end(): Promise<void> {
    heard.destroy();
    await answers.close();
    await rm(folder, { recursive: true, force: true });
  }
  return { folder, env: { SSH_ASKPASS: path("askpass"), SSH_ASKPASS_REQUIRE: "force", LC_ALL: "C" }, close };
}
