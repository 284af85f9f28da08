import { entryOf, type Service } from "@aeroplane/agent/contract";

type Reached = NonNullable<Service["reached"]>[number];
type Row = { line: (one: Reached) => string; what: (name: string, one: Reached) => string; next: string };

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);

/** One entry for each limit that this window knows; what a newer agent counts besides is left out. */
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

type Told = Pick<Service, "name" | "reached">;

export const reachedLine = ({ reached = [] }: Told): string | null => reached.flatMap((one) => entryOf<Row>(table, one.what)?.line(one) ?? [])[0] ?? null;

export const reachedWords = ({ name, reached = [] }: Told): { key: string; what: string; next: string }[] =>
  reached.flatMap((one) => {
    const row = entryOf<Row>(table, one.what);
    return row === undefined ? [] : { key: one.what, what: row.what(name, one), next: row.next };
  });
