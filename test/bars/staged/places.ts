// Services that refer to each other, the same in every environment, and what each of them says by its variables.
import type { Service } from "../../../agent/contract/index.ts";
import { until } from "../../world/wait.ts";
import type { AgentProcess } from "../agent-process.ts";

type Client = AgentProcess["client"];
/** Of one service, templates by name. */
type Variables = Record<string, string>;

/** d waits for b and c; e and f refer to each other in a circle, and e did it first; h, i and l have nothing to do with the shared word. */
const ALL: Record<string, Variables> = {
  a: { VALUE: "${{shared.WORD}}a" },
  b: { VALUE: "${{a.VALUE}}b" },
  c: { VALUE: "${{a.VALUE}}c" },
  d: { VALUE: "${{b.VALUE}}${{c.VALUE}}d" },
  e: { VALUE: "${{d.VALUE}}e", PEER: "${{f.OWN}}", OWN: "oe" },
  f: { VALUE: "${{shared.WORD}}f", PEER: "${{e.OWN}}", OWN: "of" },
  g: { VALUE: "${{f.VALUE}}g" },
  h: { VALUE: "h" },
  i: { VALUE: "${{h.VALUE}}i" },
  j: { VALUE: "${{g.VALUE}}${{d.VALUE}}j" },
  k: { VALUE: "${{self.PART}}k", PART: "${{a.VALUE}}" },
  l: { VALUE: "l" },
};
export const FEW = ["a", "b", "h"];
export const MANY = Object.keys(ALL);

const APP = `node -e 'require("http").createServer((q,s)=>s.end([process.env.VALUE,process.env.EXTRA].join("|"))).listen(process.env.PORT);process.on("SIGTERM",()=>process.exit(0))'`;
const config = { source: { type: "image" as const, reference: "node:24-slim" }, port: 3000, drainSeconds: 0, healthSeconds: 120, startCommand: APP };
export const GOOD_COMMAND = APP;

export type Place = {
  name: string;
  environmentId: string;
  services: Map<string, Service>;
  /** What is wanted, as this bar knows it. */
  shared: Variables;
  wanted: Map<string, Variables>;
  hostname(service: string): string;
};

export async function raisePlace({ client, deployed }: AgentProcess, run: string, project: { id: string }, name: string, names: readonly string[]): Promise<Place> {
  const known = (await client.environments.list({ projectId: project.id })).find((one) => one.name === name);
  const { id: environmentId } = known ?? (await client.environments.create({ projectId: project.id, name }));
  const shared = { WORD: "0" };
  await client.variables.change({ environmentId, serviceId: null, set: shared });
  const services = new Map<string, Service>();
  const hostname = (service: string) => `${service}.${name}.${run}.test`;
  for (const service of names) services.set(service, await client.services.create({ environmentId, name: service, shape: "web", config, hostname: hostname(service), variables: ALL[service]! }));
  await Promise.all(
    [...services.values()].map(async ({ id }) => {
      const { problem } = await deployed((await client.deployments.start({ serviceId: id })).id);
      if (problem) throw new Error(problem.message);
    }),
  );
  return { name, environmentId, services, shared, wanted: new Map(names.map((one) => [one, { ...ALL[one]! }])), hostname };
}

/** As the guide says it: a reference becomes what it leads to. */
function valueOf(place: Place, service: string, template: string): string {
  return template.replace(/\$\{\{(\w+)\.(\w+)\}\}/g, (_, owner: string, name: string) => {
    if (owner === "shared") return place.shared[name]!;
    const of = owner === "self" ? service : owner;
    return valueOf(place, of, place.wanted.get(of)![name]!);
  });
}
export const said = (place: Place, service: string): string => [place.wanted.get(service)!.VALUE!, place.wanted.get(service)!.EXTRA ?? ""].map((template) => valueOf(place, service, template)).join("|");

/** Those whose variables lead to this one, also through others. */
export function leadsTo(place: Place, to: string, from: string): boolean {
  const seen = new Set<string>();
  const look = (service: string, template: string): boolean =>
    [...template.matchAll(/\$\{\{(\w+)\.(\w+)\}\}/g)].some(([, owner, name]) => {
      const of = owner === "self" ? service : owner!;
      const key = `${of}.${name}`;
      if (of === to && of !== service) return true;
      if (of === "shared" || seen.has(key)) return false;
      seen.add(key);
      return look(of, place.wanted.get(of)![name!]!);
    });
  return Object.values(place.wanted.get(from)!).some((template) => look(from, template));
}

/** What every service answers is what the bar would have it answer. */
export async function wrongAnswers(agent: AgentProcess, place: Place, except: readonly string[] = []): Promise<string[]> {
  const wrong: string[] = [];
  for (const service of place.services.keys()) {
    if (except.includes(service)) continue;
    const expected = said(place, service);
    const { body } = await agent.fetch(place.hostname(service));
    if (body !== expected) wrong.push(`${place.name} / ${service} says ${body.slice(0, 60)} and not ${expected}`);
  }
  return wrong;
}

/** Hears of the stage of this environment from now on. */
export async function hearStage(client: Client, environmentId: string): Promise<() => Promise<boolean>> {
  const first = await client.changes.watch({});
  const { value } = await first.next();
  await first.return?.();
  const { cursor } = value as { cursor: string };
  return () =>
    until("word of the stage", async () => {
      const again = await client.changes.watch({ after: cursor });
      const batch = (await again.next()).value as { items: { entity: string; id: string }[] };
      await again.return?.();
      return batch.items.some(({ entity, id }) => entity === "staged" && id === environmentId);
    }, { within: 60_000, every: 100 }).then(() => true, () => false);
}
