import { entryOf, type Service } from "@aeroplane/agent/contract";

type Reached = NonNullable<Service["reached"]>[number];
type Row = { line: (one: Reached) => string; what: (name: string, one: Reached) => string; next: string };

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);

/** One entry for each limit that this window knows. */
const table: Record<"memory" | "processes", Row> = {
  memory: {
    line: ({ limit }) => `A process was ended for want of memory · ${limit} each`,
    what: (name, { limit, count }) => `${count === 1 ? "A process" : `${count} processes`} of ${name} ${count === 1 ? "was" : "were"} ended for want of memory since it began: an instance may have ${limit}.`,
    next: "It goes on without. Let it use less memory, or let it have more in its settings, and deploy.",
  },
  processes: {
    line: ({ limit }) => `Refused new processes · ${limit} each`,
    what: (name, { limit, count }) => `${name} was refused new processes ${times(count)} since it began: an instance may have ${limit} with their threads.`,
    next: "See its logs for what begins so many. A restart ends them.",
  },
};

/** What a newer agent counts besides is shown by its own name. */
const strange: Row = {
  line: ({ what, limit }) => `Reached its limit of ${what} · ${limit}`,
  what: (name, { what, limit, count }) => `${name} reached its limit of ${what} ${times(count)} since it began: ${limit}.`,
  next: "See its logs for the cause.",
};
const rowOf = ({ what }: Reached): Row => entryOf<Row>(table, what) ?? strange;

type Told = Pick<Service, "name" | "reached">;

export const reachedLine = ({ reached = [] }: Told): string | null => reached.map((one) => rowOf(one).line(one))[0] ?? null;

export const reachedWords = ({ name, reached = [] }: Told): { key: string; what: string; next: string }[] =>
  reached.map((one) => ({ key: one.what, what: rowOf(one).what(name, one), next: rowOf(one).next }));
