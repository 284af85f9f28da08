import type { Health } from "../../contract/index.ts";
import type { Healthcheck } from "../docker/container.ts";
import type { ImageFacts } from "../docker/image.ts";
import { splitWords } from "./words.ts";

/** How the first process of a container begins; null keeps what the image says. */
export type Process = { entrypoint: string[] | null; command: string[] | null; init: boolean };

/** What wants to be process 1 itself: s6-overlay, systemd, runit and the like, under the names that their images give them. */
const OWN_INIT = /^\/(?:init|(?:usr\/)?s?bin\/(?:init|s6-svscan|runit|runit-init|my_init)|(?:usr\/)?lib\/systemd\/systemd)$/;

/** The image's own words, with a start command in the place of its command. */
export function processOf(image: Pick<ImageFacts, "entrypoint" | "command">, startCommand: string | null): Process {
  const words = startCommand === null ? null : splitWords(startCommand);
  const replaces = words !== null && hearsNoWords(image.entrypoint);
  const first = replaces ? words[0] : [...image.entrypoint, ...(words ?? image.command)][0];
  return { entrypoint: replaces ? words : null, command: replaces ? [] : words, init: !OWN_INIT.test(first ?? "") };
}

const COMMAND_INTERVAL_SECONDS = 5;
const COMMAND_TIMEOUT_SECONDS = 10;

/** What Docker is to run inside for a release that is checked so; undefined: nothing but what the image says. */
export function healthcheckOf(health: Health, startSeconds: number): Healthcheck | undefined {
  if (health.by !== "command") return undefined;
  const { command, intervalSeconds = COMMAND_INTERVAL_SECONDS, timeoutSeconds = COMMAND_TIMEOUT_SECONDS } = health;
  return { words: splitWords(command), intervalSeconds, timeoutSeconds, startSeconds };
}

/** ENTRYPOINT as a line for a shell: the shell gives the words behind it to nobody, unless the line asks for them. */
function hearsNoWords(entrypoint: readonly string[]): boolean {
  const line = entrypoint.at(-1) ?? "";
  const isShell = entrypoint.length >= 3 && /^-\w*c$/.test(entrypoint.at(-2)!) && /(?:^|\/)(?:ba|da|z|k|a)?sh$/.test(entrypoint[0]!);
  return isShell && !/\$(?:[0-9@*]|\{[0-9@*])/.test(line);
}
