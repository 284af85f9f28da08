// Where the jobs of a schedule are at work: two services of one environment, and one of another project.
import type { Subject } from "../../../agent/src/jobs/index.ts";

export const places: Subject[] = [
  { projectId: "p", environmentId: "p-production", serviceId: "web" },
  { projectId: "p", environmentId: "p-production", serviceId: "api" },
  { projectId: "q", environmentId: "q-production", serviceId: "blog" },
];
/** The second one that a row with two services takes. */
export const otherOf = (subject: Subject): Subject => (subject === places[0] ? places[1]! : places[0]!);
