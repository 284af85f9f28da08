import { entryOf, type Service, type ServiceState } from "@aeroplane/agent/contract";
import type { Tone } from "../../data/servers.ts";
import { bytes, since } from "../../data/time.ts";
import { runningOf } from "./instances.ts";

type Seen = Pick<Service, "state" | "instances" | "unseen">;
export type Told = Seen & Pick<Service, "name" | "stateSince" | "crashes" | "stoppedFor">;
/** What it is, and what to do. */
export type Words = { tone: "info" | "warn" | "bad"; what: string; next: string };

type Row = {
  word: (service: Seen) => string;
  tone: (service: Seen) => Tone;
  /** The line of its card, where its state is what has to be said first. */
  line?: (service: Told) => string;
  /** The whole of it, for the drawer; absent: the row says it, or a note of its own does. */
  words?: (service: Told) => Words;
};

/** What the HEALTHCHECK of the image says of an instance that serves all the same; one on its way says nothing yet. */
const unwellIn = ({ instances }: Pick<Service, "instances">): string | null => instances.flatMap(({ health }) => (health === undefined || health === "healthy" || health === "starting" ? [] : [health]))[0] ?? null;

const plain = (word: string, tone: Tone): Pick<Row, "word" | "tone"> => ({ word: () => word, tone: () => tone });

/** "GET /ready answers 503"; with several instances, which. */
function amiss({ instances }: Pick<Service, "instances">, joint: string): string {
  const bad = instances.filter(({ state }) => state === "unhealthy" || state === "down");
  const said = (one: Service["instances"][number]) => (one.state === "down" ? "down" : (one.unwell?.said ?? "unhealthy"));
  return bad.map((one) => (instances.length === 1 ? said(one) : `Instance ${one.ordinal}: ${said(one)}`)).join(joint);
}

const exitOf = ({ crashes }: Pick<Service, "crashes">): string =>
  crashes?.outOfMemory ? ` for want of memory: an instance may have ${crashes.outOfMemory}` : (crashes?.lastExitCode ?? null) === null ? "" : ` with exit code ${crashes!.lastExitCode}`;

type StoppedFor = NonNullable<Service["stoppedFor"]>;
type StoppedRow = { line: (why: StoppedFor) => string; words: (why: StoppedFor, name: string, at: string) => Pick<Words, "what" | "next"> };

/** Why the agent itself has stopped one: an entry each. */
const stoppedTable: Record<"disk", StoppedRow> = {
  disk: {
    line: ({ written }) => `Stopped: it filled the disk · ${bytes(written)} written`,
    words: ({ written, free }, name, at) => ({
      what: `${name} was stopped at ${at}, before it had filled the server's disk: it had written ${bytes(written)} into its container, and ${bytes(free)} were left.`,
      next: "What it had written went with its container. Let it write less, and start it.",
    }),
  },
};

/** What a newer agent stops one for is shown by its own name. */
const stoppedRow = ({ what }: StoppedFor): StoppedRow =>
  entryOf<StoppedRow>(stoppedTable, what) ?? {
    line: () => `Stopped by the server: ${what}`,
    words: (_, name, at) => ({ what: `${name} was stopped by the server at ${at}: ${what}.`, next: "See its logs for the cause, correct it, and start it." }),
  };

/** Each state that this window knows: one entry each. */
const table: Record<ServiceState, Row> = {
  empty: plain("Not deployed", "idle"),
  deploying: plain("Deploying", "warn"),
  live: {
    word: (service) => (unwellIn(service) === null ? "Live" : `Live, ${unwellIn(service)}`),
    tone: (service) => (unwellIn(service) === null ? "ok" : "warn"),
  },
  degraded: {
    word: runningOf,
    tone: () => "warn",
    line: (service) => amiss(service, " · "),
    words: (service) => ({
      tone: "warn",
      what: `Of ${service.instances.length} instances of ${service.name} not all are well since ${since(service.stateSince)}. ${amiss(service, ". ")}.`,
      next: "One that is down gets no requests until it answers again; one that does not answer its health check still gets them. See the logs for the cause, then restart it, or correct it and deploy.",
    }),
  },
  unhealthy: {
    ...plain("Unhealthy", "bad"),
    line: (service) => `${amiss(service, " · ")} · since ${since(service.stateSince)}`,
    words: (service) => ({
      tone: "bad",
      what: `${service.name} runs and does not answer its health check since ${since(service.stateSince)}. ${amiss(service, ". ")}.`,
      next: "Requests go on to it, and it is live again with the first good answer. See the logs for the cause, then restart it, or correct it and deploy.",
    }),
  },
  starting: {
    ...plain("Starting", "warn"),
    line: (service) => `Started at ${since(service.stateSince)} · has not answered yet`,
    words: (service) => ({
      tone: "info",
      what: `${service.name} was started again at ${since(service.stateSince)} and has not answered its health check yet.`,
      next: "It gets requests as soon as it answers. See its logs where that takes longer than it should.",
    }),
  },
  down: {
    ...plain("Down", "bad"),
    line: (service) => `Ended${exitOf(service)} · since ${since(service.stateSince)}`,
    words: (service) => ({
      tone: "bad",
      what: `${service.name} is down since ${since(service.stateSince)}${service.crashes ? `: it ended${exitOf(service)}` : ""}.`,
      next: "It is started again, and gets requests as soon as it answers. Where this lasts, see the logs for the cause, correct it and deploy.",
    }),
  },
  ended: {
    ...plain("Ended", "idle"),
    line: (service) => `Ended${exitOf(service)} and stays so`,
    words: (service) => ({
      tone: "info",
      what: `${service.name} ended by itself at ${since(service.stateSince)}${exitOf(service)}, and its settings say that it stays so.`,
      next: "Restart it to run it once more, or say in its settings that it is started again.",
    }),
  },
  "crash-looping": plain("Crash-looping", "bad"),
  unknown: { word: ({ unseen }) => (unseen?.why === "docker-away" ? "Not seen" : "Not seen yet"), tone: () => "idle" },
  stopped: {
    ...plain("Stopped", "idle"),
    line: ({ stoppedFor }) => (stoppedFor ? stoppedRow(stoppedFor).line(stoppedFor) : "Stopped by a person; start it to bring it back"),
    words: ({ name, stateSince, stoppedFor }) =>
      stoppedFor
        ? { tone: "bad", ...stoppedRow(stoppedFor).words(stoppedFor, name, since(stateSince)) }
        : { tone: "info", what: `A person stopped ${name} at ${since(stateSince)}. It gets no requests.`, next: "Start it to bring the same release back." },
  },
  failed: plain("Failed", "bad"),
};

/** A state of a newer agent is shown by its own name. */
const rowOf = ({ state }: Pick<Service, "state">): Row => entryOf<Row>(table, state) ?? plain(state, "idle");

/** The word of how a service stands, without what is on its way. */
export const restingState = (service: Seen): { word: string; tone: Tone } => ({ word: rowOf(service).word(service), tone: rowOf(service).tone(service) });

export const stateLine = (service: Told): string | null => rowOf(service).line?.(service) ?? null;
export const stateWords = (service: Told): Words | null => rowOf(service).words?.(service) ?? null;
