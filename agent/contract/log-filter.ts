import * as z from "zod";
import type { LogLine } from "./entities.ts";
import { LOG_LEVELS, levelOf } from "./log-level.ts";
import { timestamp } from "./names.ts";

const release = z.string().max(64);

/** Which lines of a log are wanted: what is given has to hold, all of it. */
export const logFilter = z.object({
  /** Contained in the line without its colours, whatever the case of its letters. */
  text: z.string().max(200).optional(),
  /** So grave, or graver. */
  level: z.enum(LOG_LEVELS).optional(),
  /** Said then or later. */
  from: timestamp.optional(),
  /** Said before then. */
  until: timestamp.optional(),
  /** Of these releases alone. */
  only: z.array(release).max(50).optional(),
  /** Of no one of these. */
  except: z.array(release).max(100).optional(),
});
export type LogFilter = z.infer<typeof logFilter>;

// What a terminal obeys: colours and other sequences, then single controls. No sequence goes on behind the end of a line.
// oxlint-disable-next-line no-control-regex
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Text without colours and controls; tabs and ends of lines stay. */
export const plainText = (text: string): string => (text.includes("\u001b") ? text.replace(SEQUENCE, "") : text).replace(CONTROL, "");

/** Whether a line is one of those that are wanted. */
export function matcherOf({ text = "", level, from = 0, until = Number.POSITIVE_INFINITY, only, except }: LogFilter): (line: LogLine) => boolean {
  const word = text.toLowerCase();
  const deepest = level === undefined ? LOG_LEVELS.length : LOG_LEVELS.indexOf(level);
  return (line) => {
    if (line.at < from || line.at >= until || !ofReleases({ only, except }, line.from)) return false;
    if (word === "" && level === undefined) return true;
    const plain = plainText(line.text);
    if (word !== "" && !plain.toLowerCase().includes(word)) return false;
    return level === undefined || LOG_LEVELS.indexOf(levelOf({ stream: line.stream, text: plain })) <= deepest;
  };
}

export const ofReleases = ({ only, except }: Pick<LogFilter, "only" | "except">, id: string): boolean => (only === undefined || only.includes(id)) && except?.includes(id) !== true;
