import type * as z from "zod";
import type { Problem } from "@aeroplane/agent/contract";
import type { Connection, prepareStep } from "../../contract/index.ts";

export type PrepareStep = z.infer<typeof prepareStep>;

/** Where one server stands; `attempt` counts the tries since it was last ready. */
export type Link = { connection: Connection; attempt: number };

export type LinkEvent =
  /** A try begins. */
  | { type: "began" }
  /** The host answered: its key and the login are being checked. */
  | { type: "handshake" }
  | { type: "preparing"; steps: PrepareStep[] }
  | { type: "asking"; promptId: string }
  | { type: "answered" }
  /** Nobody may be asked now. */
  | { type: "needs-person" }
  | { type: "ready" }
  /** Last heard at `at`; `agent`: the server answers, its agent does not. */
  | { type: "missed-beat"; at: number; away: "server" | "agent" }
  | { type: "beat" }
  /** A ready link is gone. */
  | { type: "lost"; at: number }
  /** A try ended without a link; `again`: it is worth another one by itself, at `nextAt`. */
  | { type: "failed"; nextAt: number; problem: Problem; again: boolean }
  | { type: "disconnected" };

export const offline: Link = { connection: { state: "offline" }, attempt: 0 };

/** The whole machine. What is not listed for a state leaves it as it is: late news of an older try changes nothing. */
export function next(link: Link, event: LinkEvent): Link {
  const to = (connection: Connection): Link => ({ ...link, connection });
  const state = link.connection.state;
  switch (event.type) {
    case "began":
      return to({ state: "connecting" });
    case "handshake":
      return state === "connecting" ? to({ state: "verifying" }) : link;
    case "preparing":
      return isTrying(state) || state === "reconnecting" ? to({ state: "installing", steps: event.steps }) : link;
    case "asking":
      return isTrying(state) ? to({ state: "needs-you", promptId: event.promptId }) : link;
    case "answered":
      return state === "needs-you" ? to({ state: "verifying" }) : link;
    case "needs-person":
      return to({ state: "needs-you", promptId: "" });
    case "ready":
      return { connection: { state: "ready", ...stepsOf(link) }, attempt: 0 };
    case "missed-beat":
      if (link.connection.state === "silent") return link.connection.away === event.away ? link : to({ ...link.connection, away: event.away });
      return state === "ready" ? to({ state: "silent", since: event.at, away: event.away }) : link;
    case "beat":
      return state === "silent" ? to({ state: "ready" }) : link;
    case "lost":
      return waiting(link, event.at);
    case "failed":
      // Tries beside a session that is not given up yet are nobody's news.
      if (state === "silent" && event.again) return link;
      return event.again ? waiting(link, event.nextAt, event.problem) : to({ state: "failed", problem: event.problem, ...stepsOf(link) });
    case "disconnected":
      return offline;
  }
}

/** The list that a person has watched stays when it has ended. */
const stepsOf = ({ connection }: Link): { steps?: PrepareStep[] } => (connection.state === "installing" ? { steps: connection.steps } : {});

function waiting(link: Link, nextAt: number, problem?: Problem): Link {
  const attempt = link.attempt + 1;
  return { attempt, connection: { state: "reconnecting", attempt, nextAt, ...(problem ? { problem } : {}) } };
}

function isTrying(state: Connection["state"]): boolean {
  return state === "connecting" || state === "verifying" || state === "installing" || state === "needs-you";
}
