// Odd and hostile hosts at the edge: each gets its service or the page that nothing is here, nothing else is read, nobody fails.
import { bar, type BarContext } from "./frame.ts";
import { raiseEdge, type Edge } from "./edge/edge.ts";
import { casesOf, type Case } from "./hosts/cases.ts";
import { createJudge, type Judge } from "./hosts/judge.ts";
import { plantCanaries, tellsReading, traceOpened } from "./hosts/opened.ts";
import { checkPrivate } from "./hosts/private.ts";
import { outcomeOf, troubleIn } from "./hosts/outcome.ts";
import { standServices, type Standing } from "./hosts/services.ts";
import { exchange } from "./hosts/wire.ts";

const CASES = 5000;
const AT_ONCE = 24;

export default bar({
  name: "hosts",
  minutes: 10,
  async run(context) {
    const { short, say } = context;
    const edge = await raiseEdge(context, "hosts");
    const standing = await standServices(context, edge);
    const canaries = await plantCanaries(edge);
    const judge = createJudge(standing.services);
    const wrong: string[] = [];

    const trace = short ? null : await traceOpened(context, edge);
    const cases = casesOf([...standing.services.keys()], "known", CASES, 10);
    const seen = await walk(context, edge, cases, judge, standing, canaries.secret, wrong);
    wrong.push(...(await checkPrivate(context, edge, standing)));

    const opened = trace === null ? null : await trace.stop();
    const outside = (opened ?? []).filter((path) => !isOwn(path, edge));
    for (const path of outside) wrong.push(`the edge opened ${path}`);
    if (opened === null) say("what the edge opens is not traced: this is the short form, or there is no strace");
    else if (opened.length === 0) wrong.push("the trace saw nothing opened, not even a route");
    const told = await tellsReading(edge.folder);
    if (!told) say("this file system does not tell what was read");
    for (const path of await canaries.read()) wrong.push(`${path} was read`);
    if (!told && opened === null && !short) wrong.push("nothing could tell what was read");

    for (const line of wrong.slice(0, 40)) say(`WRONG ${line}`);
    const counts = [...seen].sort().map(([outcome, count]) => `${count} ${outcome}`).join(", ");
    return { ok: wrong.length === 0, figure: `hosts: ${cases.length} requests, ${counts}; ${opened === null ? "opened files not traced" : `${opened.length} files opened, ${outside.length} of them outside of routes and sites`}; WRONG: ${wrong.length}` };
  },
});

/** Routes and sites; its own folder, and what Go itself looks at: kinds of content by a file's name, how many processors there are. */
const isOwn = (path: string, { dataDir }: Edge) => ["routes", "sites", "caddy"].some((folder) => path.startsWith(`${dataDir}/${folder}/`)) || /^\/usr\/(?:local\/)?share\/mime\/|^\/etc\/(?:apache2?\/|httpd\/)?(?:conf\/)?mime\.types$|^\/sys\/(?:devices\/system\/cpu|kernel\/mm)\//.test(path);

async function walk({ signal }: BarContext, edge: Edge, cases: readonly Case[], judge: Judge, standing: Standing, secret: string, wrong: string[]): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  const left = cases.entries();
  const one = async () => {
    for (const [at, { what, bytes }] of left) {
      signal.throwIfAborted();
      const { allowed } = judge(bytes);
      const shown = `${what} (${at}): ${JSON.stringify(bytes.toString("latin1").slice(0, 200))}`;
      const answer = await exchange(edge.port, bytes).catch((error: Error) => error);
      if (answer instanceof Error) {
        wrong.push(`${shown}: ${answer.message}`);
        continue;
      }
      const outcome = outcomeOf(answer);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      if (!allowed.includes(outcome)) wrong.push(`${shown} got ${outcome}, wanted ${allowed.join(" or ")}`);
      for (const trouble of troubleIn(answer, outcome, standing, secret)) wrong.push(`${shown}: ${trouble}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return seen;
}
