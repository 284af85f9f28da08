// What must hold after a storm, whatever happened in it.
import type { act, Agent } from "./watch.ts";

/** Each life of the writer counts from 0: whatever is missing between two lines, or comes twice, was lost or doubled on the way. */
export function linesWritten(lines: string[]): { lives: number; lost: number; doubled: number; wrong: string[] } {
  const next = new Map<string, number>();
  let [lost, doubled] = [0, 0];
  const wrong: string[] = [];
  for (const line of lines) {
    const [life = "", text = ""] = line.split(" ");
    const [number, expected] = [Number(text), next.get(life) ?? 0];
    if (number > expected) lost += number - expected;
    if (number < expected) doubled += 1;
    if (number !== expected && wrong.length < 10) wrong.push(`line ${line} instead of ${expected}`);
    next.set(life, Math.max(expected, number + 1));
  }
  return { lives: next.size, lost, doubled, wrong };
}

/** An act that was answered is there once; one without an answer is there once or not at all. */
export async function doneTwice(agent: Pick<Agent, "projects" | "jobs">, before: number, { projects, restarts }: ReturnType<typeof act>): Promise<string[]> {
  const wrong = [...projects.wrong.map((what) => `act ${what}`), ...restarts.wrong.map((what) => `restart ${what}`)];
  const present = (await agent.projects.list({})).map(({ name }) => name);
  const missing = projects.done.filter((name) => !present.includes(name));
  if (missing.length > 0) wrong.push(`answered, but not there: ${missing.join(", ")}`);
  const made = present.length - before;
  if (made > projects.done.length + projects.unknown.length) wrong.push(`${made} projects of ${projects.done.length + projects.unknown.length} acts`);
  const jobs = (await agent.jobs.list({})).filter(({ kind }) => kind === "restart");
  const known = new Set(restarts.done);
  const others = jobs.filter(({ id }) => !known.has(id)).length;
  if (new Set(restarts.done).size !== restarts.done.length) wrong.push("two restarts were answered with one job");
  if (others > restarts.unknown) wrong.push(`${others} restarts beyond the ${restarts.done.length} answered, ${restarts.unknown} without an answer`);
  return wrong;
}
