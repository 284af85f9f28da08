import type { PrepareStep } from "../servers/connection.ts";

/** The list that a person sees while a server is prepared. */
export function createSteps(labels: readonly string[], report: (steps: PrepareStep[]) => void) {
  let steps: PrepareStep[] = labels.map((label) => ({ label, state: "waiting", milliseconds: null, progress: null }));
  const change = (label: string, news: Partial<PrepareStep>) => {
    steps = steps.map((step) => (step.label === label ? { ...step, ...news } : step));
    report(steps);
  };

  async function run<T>(label: string, act: (progress: (share: number) => void) => Promise<T>): Promise<T> {
    const began = Date.now();
    let shown = 0;
    change(label, { state: "running" });
    try {
      const result = await act((share) => {
        // A hundredth at a time is all that a bar can show.
        if (share - shown < 0.01 && share < 1) return;
        shown = share;
        change(label, { progress: share });
      });
      change(label, { state: "done", progress: null, milliseconds: Date.now() - began });
      return result;
    } catch (error) {
      change(label, { state: "failed", progress: null, milliseconds: Date.now() - began });
      throw error;
    }
  }

  return { run };
}
