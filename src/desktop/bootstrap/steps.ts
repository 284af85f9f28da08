import type { PrepareStep } from "../servers/connection.ts";

/** What a running step may tell: a share, the last line of what runs, or a better name for itself. */
export type Telling = { progress(share: number): void; line(text: string): void; rename(label: string): void };
export type Steps = ReturnType<typeof createSteps>;

/** The list that a person sees while a server is prepared. */
export function createSteps(report: (steps: PrepareStep[]) => void) {
  let steps: { id: string; step: PrepareStep }[] = [];
  let told = 0;
  let late: NodeJS.Timeout | undefined;

  const tell = () => {
    clearTimeout(late);
    late = undefined;
    told = Date.now();
    report(steps.map(({ step }) => step));
  };
  /** Lines come by the hundred; ten a second are as many as anybody sees. */
  const tellSoon = () => {
    if (Date.now() - told > 100) tell();
    else late ??= setTimeout(tell, 100);
  };
  const change = (id: string, news: Partial<PrepareStep>) => {
    steps = steps.map((one) => (one.id === id ? { id, step: { ...one.step, ...news } } : one));
  };

  /** Adds what is to come, so that the whole way is seen. */
  function plan(coming: readonly { id: string; label: string }[]): void {
    steps = [...steps, ...coming.map(({ id, label }) => ({ id, step: { label, state: "waiting" as const, milliseconds: null, progress: null } }))];
    tell();
  }

  async function run<T>(id: string, act: (step: Telling) => Promise<T>): Promise<T> {
    const began = Date.now();
    let shown = 0;
    change(id, { state: "running" });
    tell();
    const ended = (state: "done" | "failed") => {
      change(id, { state, progress: null, line: undefined, milliseconds: Date.now() - began });
      tell();
    };
    try {
      const result = await act({
        progress(share) {
          // A hundredth at a time is all that a bar can show.
          if (share - shown < 0.01 && share < 1) return;
          shown = share;
          change(id, { progress: share });
          tellSoon();
        },
        line(text) {
          change(id, { line: text.slice(0, 300) });
          tellSoon();
        },
        rename: (label) => change(id, { label }),
      });
      ended("done");
      return result;
    } catch (error) {
      ended("failed");
      throw error;
    }
  }

  return { plan, run };
}
