// What the engine's own files hold of a container, read without any code of the product: the truth that it is measured by.
import { open, readFile, stat } from "node:fs/promises";
import { docker } from "../../world/docker.ts";

export type Kept = { /** With nine digits behind the second. */ stamp: string; stream: "out" | "err"; text: string };

/** As decision 0012 states them. */
const LONGEST_LINE = 65_536;
const CUT_MARK = ` … [cut: the line is longer than ${LONGEST_LINE} characters]`;
/** `max-file` of the containers that the agent makes. */
const FILES = 3;

type Record = { log: string; stream: string; time: string };

/** Oldest first. */
export async function keptOf(logPath: string): Promise<Kept[]> {
  const lines: Kept[] = [];
  const begun: { [stream: string]: { stamp: string; text: string } | undefined } = {};
  for (const path of await filesOf(logPath)) {
    for (const row of (await readFile(path, "utf8")).split("\n")) {
      if (row === "") continue;
      const { log, stream, time } = JSON.parse(row) as Record;
      const line = (begun[stream] ??= { stamp: stampOf(time), text: "" });
      const last = log.endsWith("\n");
      line.text += last ? log.slice(0, -1) : log;
      if (!last) continue;
      delete begun[stream];
      lines.push({ stamp: line.stamp, stream: stream === "stderr" ? "err" : "out", text: asTold(line.text) });
    }
  }
  return lines;
}

async function filesOf(logPath: string): Promise<string[]> {
  const all = Array.from({ length: FILES }, (_, index) => (index === 0 ? logPath : `${logPath}.${index}`)).reverse();
  const there = await Promise.all(all.map((path) => stat(path).then(() => true, () => false)));
  return all.filter((_, index) => there[index]);
}

/** The engine leaves zeros at the end of a fraction out. */
function stampOf(time: string): string {
  const [second, fraction = ""] = time.slice(0, -1).split(".");
  return `${second}.${fraction.padEnd(9, "0")}Z`;
}

function asTold(text: string): string {
  const said = text.endsWith("\r") ? text.slice(0, -1) : text;
  return said.length > LONGEST_LINE ? `${said.slice(0, LONGEST_LINE).toWellFormed()}${CUT_MARK}` : said;
}

export const logPathOf = (socket: string, container: string): Promise<string> => docker(["-H", `unix://${socket}`, "inspect", "--format", "{{.LogPath}}", container]);

/** Whether the end of what is kept has these words. */
export async function hasAtItsEnd(logPath: string, words: string): Promise<boolean> {
  for (const path of [logPath, `${logPath}.1`]) {
    const file = await open(path, "r").catch(() => null);
    if (file === null) continue;
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, 262_144));
      await file.read(bytes, 0, bytes.length, size - bytes.length);
      if (bytes.includes(words)) return true;
    } finally {
      await file.close();
    }
  }
  return false;
}

/**
 * As a clock leaves it that was set back for a while: records `from` to `to` of what is kept bear stamps of an hour before.
 * In place, since the engine has the file open.
 */
export async function setBack(logPath: string, from: number, to: number): Promise<void> {
  let index = 0;
  for (const path of await filesOf(logPath)) {
    const text = await readFile(path, "latin1");
    const file = await open(path, "r+");
    try {
      for (let at = 0; at < text.length && index < to; index += 1) {
        const end = text.indexOf("\n", at);
        if (index >= from) {
          const place = text.lastIndexOf('"time":"', end) + 8;
          const hour = text.slice(place, place + 13);
          const earlier = new Date(Date.parse(`${hour}:00:00Z`) - 3_600_000).toISOString().slice(0, 13);
          await file.write(Buffer.from(earlier), 0, 13, place);
        }
        at = end + 1;
      }
    } finally {
      await file.close();
    }
  }
}
