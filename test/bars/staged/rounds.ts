// What people do with staged changes in one environment; each answers what was wrong.
import type { Job, StagedReview } from "../../../agent/contract/index.ts";
import { until } from "../../world/wait.ts";
import type { AgentProcess } from "../agent-process.ts";
import { GOOD_COMMAND, hearStage, leadsTo, wrongAnswers, type Place } from "./places.ts";

type Client = AgentProcess["client"];
export type Round = { deploys: number; wrong: string[] };

const BAD_COMMAND = `node -e 'process.exit(3)'`;
const idOf = (place: Place, name: string) => place.services.get(name)!.id;
const idsOf = async (client: Client, { environmentId }: Place) => (await client.staged.list({ environmentId })).map(({ id }) => id);
const liveOf = async (client: Client, { environmentId }: Place) => new Map((await client.services.list({ environmentId })).map(({ name, liveRelease }) => [name, liveRelease?.id]));
const startOf = ({ steps, createdAt }: Job) => Math.min(...steps.flatMap(({ startedAt }) => startedAt ?? []), Infinity) || createdAt;

/** The last of a group waits for all that it refers to, beside other environments. */
const GROUP_MS = 600_000;
const endOf = (client: Client, id: string): Promise<Job> =>
  until("the end of a member", async () => {
    const job = await client.jobs.get({ id });
    return job.endedAt !== null && job;
  }, { within: GROUP_MS, every: 100 });

/** Two clients stage at once, on the same things and on others; both see all of it, and each thing has one row. */
export async function stageTogether(one: Client, two: Client, place: Place, word: string): Promise<string[]> {
  const { environmentId } = place;
  const heard = await hearStage(two, environmentId);
  const edit = (client: Client, name: string | null, set: Record<string, string>) => client.staged.stage({ environmentId, serviceId: name === null ? null : idOf(place, name), set });
  const wrong: string[] = [];
  await Promise.all([
    edit(one, null, { WORD: word }),
    edit(one, "a", { EXTRA: "one" }),
    edit(two, "a", { EXTRA: "two" }),
    edit(two, "b", { EXTRA: `${word}\${{a.VALUE}}` }),
    edit(one, "b", { PEEK: "p" }),
  ]);
  if (!(await heard())) wrong.push(`${place.name}: the other window was not told`);
  const [mine, theirs] = [await one.staged.list({ environmentId }), await two.staged.list({ environmentId })];
  if (JSON.stringify(mine) !== JSON.stringify(theirs)) wrong.push(`${place.name}: two windows see different rows`);
  const found = mine.map(({ serviceId, name, value }) => [serviceId, name, value === "one" || value === "two" ? "either" : value]);
  const expected = [[null, "WORD", word], [idOf(place, "a"), "EXTRA", "either"], [idOf(place, "b"), "EXTRA", `${word}\${{a.VALUE}}`], [idOf(place, "b"), "PEEK", "p"]];
  if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(`${place.name}: staged are ${JSON.stringify(found)}`);
  wrong.push(...(await wrongAnswersNow(one, place)));
  // From here on it is what the bar expects to be deployed.
  place.shared.WORD = word;
  Object.assign(place.wanted.get("a")!, { EXTRA: String(mine.find(({ serviceId }) => serviceId === idOf(place, "a"))?.value) });
  Object.assign(place.wanted.get("b")!, { EXTRA: `${word}\${{a.VALUE}}`, PEEK: "p" });
  return wrong;
}

/** Nothing that waits is wanted yet. */
async function wrongAnswersNow(client: Client, place: Place): Promise<string[]> {
  const changed = (await client.services.list({ environmentId: place.environmentId })).filter((service) => service.changed);
  return changed.map(({ name }) => `${place.name} / ${name} is changed by what is only staged`);
}

/** Every row with the value that it has and the one that is wanted, as reveal tells it; and an order in which nobody comes before what they wait for. */
export async function wrongReview(client: Client, place: Place): Promise<string[]> {
  const { environmentId } = place;
  const review = await client.staged.review({ environmentId });
  const wrong = review.problems.map(({ message }) => `${place.name}: ${message}`);
  for (const { serviceId, rows } of review.parts) {
    for (const row of rows.filter(({ aspect }) => aspect === "variable")) {
      const now = await client.variables.reveal({ environmentId, serviceId, name: row.name }).then(({ value }) => value, () => null);
      if ((row.wanted?.value ?? null) !== now) wrong.push(`${place.name}: ${row.name} is shown as ${JSON.stringify(row.wanted)} and is ${JSON.stringify(now)}`);
      const own = serviceId === null ? place.shared : place.wanted.get([...place.services].find(([, { id }]) => id === serviceId)![0])!;
      if (row.value !== own[row.name]) wrong.push(`${place.name}: ${row.name} is to be ${JSON.stringify(row.value)}`);
    }
  }
  return [...wrong, ...wrongOrder(place, review)];
}

function wrongOrder(place: Place, { members, broken }: StagedReview): string[] {
  const begun: string[] = [];
  const wrong: string[] = [];
  for (const { name } of members) {
    const missing = members.filter((other) => other.name !== name && leadsTo(place, other.name, name) && !begun.includes(other.name) && !broken.some((one) => one.name === name && one.afterName === other.name));
    if (missing.length > 0) wrong.push(`${place.name}: ${name} comes before ${missing.map((one) => one.name).join(", ")}`);
    begun.push(name);
  }
  const circle = place.services.has("f") ? [["f", "e"]] : [];
  const found = broken.map(({ name, afterName }) => [name, afterName]);
  if (JSON.stringify(found) !== JSON.stringify(circle)) wrong.push(`${place.name}: broken are ${JSON.stringify(found)}`);
  return wrong;
}

/** Everything that waits; whoever leads to `fails` is not begun, all others end well and say what was reviewed. */
export async function deployAll(agent: AgentProcess, place: Place, fails: string | null = null): Promise<Round> {
  const { client } = agent;
  const { environmentId } = place;
  const before = await liveOf(client, place);
  const { members } = await client.staged.review({ environmentId });
  const { jobs } = await client.staged.deploy({ environmentId, ids: await idsOf(client, place) });
  const ended = new Map((await Promise.all(jobs.map(({ id }) => endOf(client, id)))).map((job) => [job.serviceId!, job]));
  const wrong: string[] = [];
  if (ended.size !== members.length) wrong.push(`${place.name}: ${members.length} were reviewed and ${ended.size} were deployed`);
  const stopped = fails === null ? [] : members.map(({ name }) => name).filter((name) => name !== fails && leadsTo(place, fails, name));
  for (const { serviceId, name, after } of members) {
    const job = ended.get(serviceId)!;
    const expected = name === fails ? "failed" : stopped.includes(name) ? "cancelled GROUP_STOPPED" : "succeeded";
    const found = job.state === "cancelled" ? `cancelled ${job.problem?.code}` : job.state;
    if (found !== expected) wrong.push(`${place.name} / ${name}: ${found} ${job.problem?.message ?? ""}, and not ${expected}`);
    const early = after.filter((other) => startOf(job) < ended.get(other)!.endedAt!);
    if (expected === "succeeded" && early.length > 0) wrong.push(`${place.name} / ${name} began before those that it waits for`);
  }
  const now = await liveOf(client, place);
  for (const name of place.services.keys()) {
    const isNew = members.some((member) => member.name === name) && name !== fails && !stopped.includes(name);
    if ((now.get(name) !== before.get(name)) !== isNew) wrong.push(`${place.name} / ${name} has ${isNew ? "its old" : "another"} release`);
  }
  if ((await idsOf(client, place)).length > 0) wrong.push(`${place.name}: rows are left`);
  wrong.push(...(await wrongAnswers(agent, place, fails === null ? [] : [fails, ...stopped])));
  return { deploys: members.length, wrong };
}

/** One of them cannot start; then it is mended, with another word for all. `leave`: what comes next mends it. */
export async function failAndMend(agent: AgentProcess, place: Place, word: string, leave: boolean): Promise<Round> {
  const { client } = agent;
  const { environmentId } = place;
  const stage = async (startCommand: string, to: string) => {
    await client.staged.stage({ environmentId, serviceId: idOf(place, "b"), settings: { startCommand } });
    await client.staged.stage({ environmentId, serviceId: null, set: { WORD: to } });
    place.shared.WORD = to;
  };
  await stage(BAD_COMMAND, `${word}-bad`);
  const failed = await deployAll(agent, place, "b");
  if (leave) return failed;
  await stage(GOOD_COMMAND, `${word}-mended`);
  const mended = await deployAll(agent, place);
  return { deploys: failed.deploys + mended.deploys, wrong: [...failed.wrong, ...mended.wrong] };
}

/** Everything is edited and taken back, one by one or at once: what is wanted and what runs stays. */
export async function discardAll(agent: AgentProcess, place: Place): Promise<string[]> {
  const { client } = agent;
  const { environmentId } = place;
  const before = await liveOf(client, place);
  for (const { id: serviceId } of place.services.values()) await client.staged.stage({ environmentId, serviceId, set: { VALUE: "gone", NEW: "n" }, settings: { replicas: 2, healthPath: "/x" } });
  await client.staged.stage({ environmentId, serviceId: null, set: { WORD: "gone" } });
  const [first, ...others] = await idsOf(client, place);
  const wrong: string[] = [];
  const left = await client.staged.discard({ environmentId, ids: [first!] });
  if (left.length !== others.length) wrong.push(`${place.name}: one was discarded and ${left.length} of ${others.length} are left`);
  if ((await client.staged.discard({ environmentId, ids: others })).length > 0) wrong.push(`${place.name}: all were discarded, and rows are left`);
  const services = await client.services.list({ environmentId });
  for (const { name, changed, stagedCount } of services) if (changed || stagedCount > 0) wrong.push(`${place.name} / ${name} is changed after all was discarded`);
  const { value } = await client.variables.reveal({ environmentId, serviceId: null, name: "WORD" });
  if (value !== place.shared.WORD) wrong.push(`${place.name}: the word is ${value}`);
  const now = await liveOf(client, place);
  for (const [name, release] of before) if (now.get(name) !== release) wrong.push(`${place.name} / ${name} has another release`);
  return [...wrong, ...(await wrongAnswers(agent, place))];
}
