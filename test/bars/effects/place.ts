// Where in the agent's code an effect is raised, so that the same effect in two stories, or twice in one, is told apart.
const PLUMBING = /^(effects\/|store\/sql\.ts|docker\/(client|dial)\.ts|jobs\/deadline\.ts)/;
const LONGEST = 60;

/** The calls that led to here, innermost first: "deploy/launch.ts:88 deploy/at-once.ts:12 …". */
export function placeNow(): string {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = LONGEST;
  const { stack = "" } = new Error("where");
  Error.stackTraceLimit = before;
  return [...stack.matchAll(/\/agent\/src\/([\w./-]+:\d+)/g)].flatMap(([, at]) => (PLUMBING.test(at!) ? [] : [at!])).join(" ");
}
