// What one environment can see of another: nothing, however it is asked.
import { randomUUID } from "node:crypto";
import type { AgentProcess } from "../agent-process.ts";
import { policyAndAddress, containersOf } from "../acts/engine.ts";
import { idsIn } from "../acts/rows.ts";
import type { Place } from "./places.ts";

export type Probe = { name: string; ask: () => Promise<string | null> };
type Client = AgentProcess["client"];

const codeOf = (call: Promise<unknown>): Promise<string> => call.then(() => "ok", (error: { code?: string }) => error.code ?? String(error));
const is = (found: unknown, wanted: unknown): string | null => (JSON.stringify(found) === JSON.stringify(wanted) ? null : `${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
const refusal = async (call: Promise<unknown>): Promise<string | null> => is(await codeOf(call), "NOT_FOUND");

/** Each place by itself, and each with each other. */
export async function probesOf(agent: AgentProcess, places: readonly Place[]): Promise<Probe[]> {
  const addresses = new Map(await Promise.all(places.map(async (place) => [place, await addressesOf(agent, place)] as const)));
  const alone = places.flatMap((place) => ownProbes(agent, place, places));
  const pairs = places.flatMap((one) => places.flatMap((other) => (one === other ? [] : [...calls(agent.client, one, other), ...networks(agent, one, other, addresses.get(other)!)])));
  return [...alone, ...pairs];
}

/** Those of its containers, and those that its names stand for. */
async function addressesOf({ dataDir }: AgentProcess, { word, environmentId, web, api }: Place): Promise<string[]> {
  const containers = (await Promise.all([web, api].map(({ id }) => containersOf(id)))).flat();
  const own = await Promise.all(containers.map(async ({ id }) => (await policyAndAddress(id)).address));
  const behindNames = [...idsIn(dataDir, `SELECT virtualAddress AS id FROM service WHERE environmentId = '${environmentId}'`)];
  if (own.length !== 2 || behindNames.length !== 2) throw new Error(`${word} has the addresses ${own.join(", ")} and ${behindNames.join(", ")}`);
  return [...own, ...behindNames];
}

/** What is its own it has, once, and no other's. */
function ownProbes({ client, fetch }: AgentProcess, place: Place, places: readonly Place[]): Probe[] {
  const { word, environmentId, projectId, hostname, web, api } = place;
  const via = async (url: string) => (await fetch(hostname, `/?url=${encodeURIComponent(url)}`)).body;
  const foreign = places.filter((other) => other !== place).map((other) => other.word);
  const lines = async (id: string) => {
    const from = await client.services.logs({ environmentId, id, tail: 200 });
    for await (const batch of from) return batch.lines.map(({ text }) => text).join("\n");
    return "";
  };
  return [
    { name: `${word}: its hostname`, ask: async () => is((await fetch(hostname)).body, `${word} web`) },
    { name: `${word}: a sibling by its name`, ask: async () => is(await via("http://api:3000/"), `${word} api`) },
    { name: `${word}: itself by its name`, ask: async () => is(await via("http://web:3000/"), `${word} web`) },
    { name: `${word}: its services, once each`, ask: async () => is((await client.services.list({ environmentId })).map(({ id }) => id), [web.id, api.id]) },
    { name: `${word}: once in its project`, ask: async () => is((await client.services.list({ projectId })).filter(({ id }) => id === web.id || id === api.id).length, 2) },
    { name: `${word}: once on its server`, ask: async () => is((await client.services.list({})).filter(({ id }) => id === web.id || id === api.id).length, 2) },
    { name: `${word}: nothing has changed`, ask: async () => is((await client.services.list({ environmentId })).map(({ changed }) => changed), [false, false]) },
    { name: `${word}: what it shares`, ask: async () => is((await client.variables.reveal({ environmentId, serviceId: null, name: "WORD" })).value, word) },
    { name: `${word}: a variable of its own`, ask: async () => is((await client.variables.reveal({ environmentId, serviceId: web.id, name: "OWN" })).value, `own of ${word}`) },
    ...[web, api].map(({ id, name }): Probe => ({
      name: `${word}: the log of ${name}`,
      async ask() {
        const text = await lines(id);
        const strangers = foreign.filter((other) => text.includes(`by ${other} `));
        return text.includes(`begun by ${word} as ${name}`) && strangers.length === 0 ? null : `${text.slice(0, 200)} (${strangers.join(", ")})`;
      },
    })),
    { name: `${word}: a shell in web`, ask: async () => is((await typed(client, place, "echo is-$WHO-$ROLE")).includes(`is-${word}-web`), true) },
  ];
}

/** Says a line to a shell in web and reads until it has answered. */
async function typed(client: Client, { environmentId, web }: Place, line: string): Promise<string> {
  const { id } = await client.terminals.openService({ environmentId, serviceId: web.id, rows: 24, columns: 120 });
  await client.terminals.write({ id, writer: randomUUID(), sequence: 0, data: Buffer.from(`${line}; exit\n`).toString("base64") });
  let text = "";
  for await (const batch of await client.terminals.output({ id })) {
    text += Buffer.from(batch.data, "base64").toString();
    await client.terminals.taken({ id, cursor: batch.cursor });
    if (batch.ended) break;
  }
  return text;
}

/** Every call that names a service, sent with the environment of another. */
function calls(client: Client, one: Place, other: Place): Probe[] {
  const { environmentId } = one;
  const { id } = other.web;
  const scope = { environmentId, serviceId: id };
  const asked: Record<string, () => Promise<unknown>> = {
    "services.get": () => client.services.get({ environmentId, id }),
    "services.getMany": async () => {
      const found = await client.services.getMany({ environmentId, ids: [id] });
      return found.length === 0 ? client.services.get({ environmentId, id }) : found;
    },
    "services.meters": async () => {
      const found = await client.services.meters({ environmentId, ids: [id] });
      return found.length === 0 ? client.services.get({ environmentId, id }) : found;
    },
    "services.update": () => client.services.update({ environmentId, id, name: "taken-over" }),
    "services.stop": () => client.services.stop({ environmentId, id }),
    "services.delete": () => client.services.delete({ environmentId, id, confirm: "web" }),
    "services.logs": () => client.services.logs({ environmentId, id }),
    "services.history": () => client.services.history({ environmentId, id }),
    "services.download": () => client.services.download({ environmentId, id }),
    "services.downloadFound": () => client.services.downloadFound({ environmentId, id, filter: { text: "a" } }),
    "variables.list": () => client.variables.list(scope),
    "variables.history": () => client.variables.history(scope),
    "variables.reveal": () => client.variables.reveal({ ...scope, name: "OWN" }),
    "variables.change": () => client.variables.change({ ...scope, set: { OWN: "taken over" } }),
    "staged.stage": () => client.staged.stage({ ...scope, set: { OWN: "taken over" } }),
    "volumes.measure": () => client.volumes.measure({ environmentId, id }),
    "volumes.files": () => client.volumes.files({ environmentId, id, path: "" }),
    "volumes.download": () => client.volumes.download({ environmentId, id, path: "" }),
    "volumes.upload": () => client.volumes.upload({ environmentId, id, path: "file", size: 1 }),
    "volumes.copy": () => client.volumes.copy({ environmentId, id, name: "copy", serviceId: one.web.id, path: "/copy" }),
    "volumes.rename": () => client.volumes.rename({ environmentId, id, name: "taken-over" }),
    "volumes.restore": () => client.volumes.restore({ environmentId, id, serviceId: one.web.id }),
    "volumes.empty": () => client.volumes.empty({ environmentId, id, confirm: "web" }),
    "deployments.list": () => client.deployments.list(scope),
    "deployments.start": () => client.deployments.start(scope),
    "deployments.releases": () => client.deployments.releases(scope),
    "deployments.rollback": () => client.deployments.rollback({ ...scope, releaseId: id }),
    "deployments.pin": () => client.deployments.pin({ ...scope, releaseId: id }),
    "deployments.unpin": () => client.deployments.unpin({ ...scope, releaseId: id }),
    "deployments.compare": () => client.deployments.compare({ ...scope, from: id, to: id }),
    "runs.list": () => client.runs.list(scope),
    "runs.start": () => client.runs.start({ ...scope, command: "true" }),
    "terminals.openService": () => client.terminals.openService({ ...scope, rows: 24, columns: 80 }),
  };
  const refused = Object.entries(asked).map(([name, call]): Probe => ({ name: `${one.word} asks ${name} of ${other.word}`, ask: () => refusal(call()) }));
  const claim = async () => is(await codeOf(client.services.update({ environmentId, id: one.api.id, hostname: other.hostname })), "HOSTNAME_TAKEN");
  return [...refused, { name: `${one.word} claims the hostname of ${other.word}`, ask: claim }];
}

/** Its containers and the addresses behind its names, asked from inside of another. */
function networks(agent: AgentProcess, one: Place, other: Place, addresses: readonly string[]): Probe[] {
  const via = async (url: string) => (await agent.fetch(one.hostname, `/?url=${encodeURIComponent(url)}`)).body;
  return addresses.map((address) => ({
    name: `${one.word} calls ${address} of ${other.word}`,
    async ask() {
      const answer = await via(`http://${address}:3000/`);
      return answer.startsWith("unreachable") ? null : answer.slice(0, 100);
    },
  }));
}
