// The rows of the table as kinds of the real runner; their stories take the time that their input says.
import { entryOf } from "../../../agent/src/jobs/entry.fixture.ts";
import { sleepOn, type Clock, type JobContext, type JobEntry, type Subject } from "../../../agent/src/jobs/index.ts";
import { table } from "./table.ts";

/** How one job of a schedule goes; milliseconds. */
export type Course = {
  other: Subject;
  run: number;
  undo: number;
  finish: number;
  fails: boolean;
  hangs: "run" | "undo" | "finish" | null;
  /** Gives everything back in the middle, for so long. */
  pause: number | null;
  /** Gives its place in the lane back in the middle. */
  leaves: boolean;
};

type Watch = { look(): void; begins(id: string, once: boolean): void; wrong: string[] };

export function entriesOn(clock: Clock, { look, begins, wrong }: Watch): JobEntry[] {
  const courseOf = (context: JobContext) => context.job.input as Course;
  async function takes(milliseconds: number, { signal }: Pick<JobContext, "signal">) {
    look();
    await sleepOn(clock, milliseconds, signal);
    look();
  }
  const hang = ({ signal }: JobContext) => sleepOn(clock, 10 ** 12, signal);

  return table.map((row) =>
    entryOf(row.kind, {
      claims: ({ input, subject }) => row.claims(subject, (input as Course).other),
      lane: () => row.lane,
      supersedes: (older, { subject }) => row.supersedes.includes(older.kind) && older.serviceId === subject.serviceId,
      deletes: row.deletes,
      crash: row.crash,
      deadlines: row.deadlines,
      steps: () => [{ name: "work", words: "Work", doing: "Working" }],
      async run(context) {
        const course = courseOf(context);
        begins(context.job.id, row.crash !== "resume");
        if (context.job.committed) wrong.push(`${row.kind} was run after its commit`);
        await context.step("work", () => takes(course.run / 2, context), { deadlineSeconds: 10_000 });
        if (course.pause !== null && context.job.checkpoint === null) {
          context.checkpoint("rested");
          context.pause("Rests", clock.now() + course.pause);
        }
        if (row.crash === "resume") context.checkpoint("half");
        if (course.leaves) context.leaveLane();
        if (course.hangs === "run") await hang(context);
        await takes(course.run / 2, context);
        if (course.fails) throw new Error("as planned");
        context.commit();
      },
      async undo(context) {
        const course = courseOf(context);
        if (context.job.committed) wrong.push(`${row.kind} was undone after its commit`);
        if (course.hangs === "undo") await hang(context);
        await takes(course.undo, context);
      },
      async finish(context) {
        const course = courseOf(context);
        if (course.hangs === "finish") await hang(context);
        await takes(course.finish, context);
      },
    }),
  );
}
