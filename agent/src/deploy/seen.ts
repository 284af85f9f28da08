import { isGoodStatus, type HealthOf } from "../../contract/index.ts";
import type { TrialAnswer } from "../caddy/index.ts";

/** What one try found out about an app. */
export type Seen =
  | { state: "good"; answer: string }
  /** Nobody accepts on that address and port. */
  | { state: "away"; refused: boolean }
  | { state: "silent" }
  | { state: "closed" }
  | { state: "strange"; said: string }
  | { state: "large-headers" }
  | { state: "bad-status"; answer: string }
  /** One redirect after another, back to where it was. */
  | { state: "circle"; via: string }
  | { state: "caddy"; why: string };

/** Go's words for what came over the connection, most telling first. */
const FAULTS: [RegExp, (match: RegExpExecArray, why: string) => Seen][] = [
  [/connection refused/, () => ({ state: "away", refused: true })],
  [/^dial |no route to host|network is unreachable/, () => ({ state: "away", refused: false })],
  [/response headers exceeded/, () => ({ state: "large-headers" })],
  [/malformed HTTP response (".*")/, ([, said]) => ({ state: "strange", said: `it says ${brief(said!)}` })],
  [/malformed .*/, ([said]) => ({ state: "strange", said: brief(said) })],
  [/EOF|connection reset|broken pipe|server closed/, () => ({ state: "closed" })],
  [/.*/s, (_, why) => ({ state: "strange", said: brief(why) })],
];

/** An answer is good when it is one at all; where a health path or statuses are set it must be one of those. */
export function seenIn(answer: TrialAnswer, health: Pick<HealthOf<"http">, "path" | "statuses">): Seen {
  switch (answer.kind) {
    case "silent":
      return { state: "silent" };
    case "caddy":
      return { state: "caddy", why: answer.why };
    case "switched":
      return { state: "strange", said: "it answers 101, another protocol, without being asked to" };
    case "fault": {
      for (const [pattern, seen] of FAULTS) {
        const match = pattern.exec(answer.why);
        if (match) return seen(match, answer.why);
      }
      return { state: "strange", said: "" };
    }
    case "answer":
      return { state: isGoodStatus(health, answer.status) ? "good" : "bad-status", answer: String(answer.status) };
  }
}

/** A few words for the running step. */
export function inWords(seen: Seen, port: number, path: string): string {
  switch (seen.state) {
    case "good":
    case "bad-status":
      return `GET ${path} answers ${seen.answer}`;
    case "away":
      return `Waiting for port ${port}`;
    case "silent":
      return `Port ${port} accepts, GET ${path} is not answered yet`;
    case "closed":
      return `Port ${port} closes connections without an answer`;
    case "strange":
      return `Port ${port} does not speak HTTP: ${seen.said}`;
    case "large-headers":
      return `GET ${path} answers with headers that are too large`;
    case "circle":
      return `GET ${path} redirects in circles over ${seen.via}`;
    case "caddy":
      return "Waiting for Caddy";
  }
}

const brief = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
