// Everything that the contract lets a person ask who may only look, asked with every id that there is.
import type { AnyContractProcedure } from "@orpc/contract";
import type { ZodType } from "zod";
import { agentContract, PEOPLE_LOGIN } from "../../../agent/contract/index.ts";
import { createRouterClient } from "@orpc/server";
import type { Agent } from "../../../agent/src/agent.ts";
import { procedures } from "../../../src/desktop/agent/procedures.ts";

type Call = (input: object, options: { signal: AbortSignal }) => Promise<unknown>;

const reads = procedures(agentContract).filter(({ mutates }) => !mutates).map(({ path }) => path.join("."));
/** Of shells and volumes this story has none. */
const OF_NOTHING_HERE = /^terminals\.(?!list)|^volumes\.(?!list)/;

const BATCHES = 8;
/** A stream that says nothing, or nothing more, is left. */
const FIRST_MS = 1500;
const STREAM_MS = 400;

/** The doctor compares clocks; one time, so that it is asked once. */
const NOW = Date.now();

export type Ids = { projectId: string; environmentId: string; serviceIds: string[]; releaseIds: string[]; others: string[] };

/** Every answer and every refusal goes to `take`. Answers the procedures that nothing was heard of. */
export async function lookAtAll(agent: Agent, personId: string, ids: Ids, take: (chunk: Buffer) => void): Promise<{ heard: number; unheard: string[] }> {
  const client = createRouterClient(agent.served.router, { context: { login: PEOPLE_LOGIN, personId, desktop: "looker", key: null } }) as unknown as Record<string, Record<string, Call>>;
  const heard = new Set<string>();
  const say = (value: unknown) => take(Buffer.from(`${JSON.stringify(value) ?? ""}\n`));
  // Beside each other, since a stream that is silent is waited for.
  const askAll = async (name: string) => {
    const [room, procedure] = name.split(".") as [string, string];
    const asked = new Set<string>();
    for (const input of inputsFor(ids)) {
      const key = whatIsTaken(name, input);
      if (asked.has(key)) continue;
      asked.add(key);
      const over = new AbortController();
      try {
        const answer = await client[room]![procedure]!(input, { signal: over.signal });
        if (isStream(answer)) await takeBatches(answer, over, say);
        else say(answer);
        heard.add(name);
      } catch (error) {
        say({ message: String(error), data: (error as { data?: unknown }).data });
        // For others alone: who may ask for what is another test's.
        if ((error as { code?: string }).code === "ROLE_REFUSED") heard.add(name);
      } finally {
        over.abort();
      }
    }
  };
  await Promise.all(reads.map(askAll));
  return { heard: heard.size, unheard: reads.filter((name) => !heard.has(name) && !OF_NOTHING_HERE.test(name)) };
}

/** What a procedure does not take is left out by its schema, so one input is for all of them. */
function* inputsFor({ projectId, environmentId, serviceIds, releaseIds, others }: Ids): Generator<object> {
  const [from, to] = releaseIds;
  for (const serviceId of [...serviceIds, null]) {
    yield { id: serviceId ?? environmentId, projectId, environmentId, serviceId, ids: serviceIds, releaseId: from, from, to: to ?? from, desktopTime: NOW };
  }
  yield { id: environmentId, projectId, environmentId, serviceId: null };
  for (const id of others) yield { id, projectId, environmentId, serviceId: serviceIds[0], ids: [id], from, to: from };
}

/** Of an input that fits everything, what this one reads. */
function whatIsTaken(name: string, input: object): string {
  const [room, procedure] = name.split(".") as [string, string];
  const { inputSchema } = (agentContract as unknown as Record<string, Record<string, AnyContractProcedure>>)[room]![procedure]!["~orpc"];
  return JSON.stringify((inputSchema as unknown as ZodType).safeParse(input).data ?? null);
}

const isStream = (answer: unknown): answer is AsyncIterable<unknown> => typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;

async function takeBatches(stream: AsyncIterable<unknown>, over: AbortController, say: (value: unknown) => void): Promise<void> {
  let timer = setTimeout(() => over.abort(), FIRST_MS);
  let count = 0;
  try {
    for await (const batch of stream) {
      clearTimeout(timer);
      timer = setTimeout(() => over.abort(), STREAM_MS);
      say(batch);
      count += 1;
      if (count === BATCHES || (batch as { ended?: boolean }).ended) return;
    }
  } catch (error) {
    if (!over.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}
