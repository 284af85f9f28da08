import type { IncomingMessage } from "node:http";
import { fail, Failure, HASH_TRAILER, OFFSET_HEADER, problem, RAW_PATH, TICKET_HEADER, type Problem, type RawTicket } from "@aeroplane/agent/contract";
import { createAcks, createPace, readLines, receive, send, type Digest, type Sink, type Source } from "@aeroplane/agent/lane";
import type { AgentClient } from "../agent/client.ts";

type Ticket = Pick<RawTicket, "id" | "secret" | "size" | "name">;
type Over = { agent: AgentClient; ticket: Ticket; signal: AbortSignal };
type Method = "HEAD" | "POST" | "PUT" | "DELETE";

function begin({ agent, ticket, signal }: Over, method: Method, headers: Record<string, string | number> = {}) {
  return agent.raw.exchange({ method, path: RAW_PATH + ticket.id, headers: { [TICKET_HEADER]: ticket.secret, ...headers }, signal });
}

/** Its bytes from `from` on, as far as one connection carries them; the whole is known to be what was sent when this resolves. */
export async function takeOnce({ from, sink, digest, ...over }: Over & { from: number; sink: Sink; digest: Digest }): Promise<void> {
  const { ticket } = over;
  const { sent, answer } = begin(over, "POST", { [OFFSET_HEADER]: from });
  sent.flushHeaders();
  const response = await answer;
  try {
    if (response.statusCode !== 200) throw await refusal(response);
    const acks = createAcks((line) => void (sent.writable && sent.write(line)));
    const at = await receive({ input: response, from, to: ticket.size, sink, acks, digest });
    if (at < ticket.size) throw new Error(`The connection ended at ${at} of ${ticket.size} bytes`);
    if (response.trailers[HASH_TRAILER] !== digest.hex()) throw fail("RAW_DAMAGED", { what: ticket.name });
    sent.end();
  } catch (error) {
    sent.destroy();
    throw error;
  }
}

type SendingOver = Over & { from: number; source: Source; digest: Digest; onTaken: (at: number) => void };

/** Bytes from `from` on to the end; answers what came of it. */
export async function sendOnce({ from, source, digest, onTaken, ...over }: SendingOver): Promise<unknown> {
  const { ticket } = over;
  await digest.goTo(from, source, over.signal);
  const { sent, answer } = begin(over, "PUT", { [OFFSET_HEADER]: from, trailer: HASH_TRAILER });
  sent.flushHeaders();
  // Nothing is sent before it is known that it may be.
  const response = await answer;
  if (response.statusCode !== 200) {
    sent.destroy();
    throw await refusal(response);
  }
  const pace = createPace();
  const broken = new AbortController();
  let last: { done?: unknown; problem?: unknown } = {};
  const heard = readLines(response, (line) => {
    if (line.startsWith("{")) return void (last = JSON.parse(line) as typeof last);
    const taken = Number(line);
    pace.taken(taken);
    onTaken(from + taken);
  });
  // Also where it ends early and well: nothing will be taken any more.
  heard.then(() => broken.abort(new Error("The server has answered")), (error: unknown) => broken.abort(error));
  try {
    await send({ source, from, to: ticket.size, out: sent, pace, digest, signal: AbortSignal.any([over.signal, broken.signal]) });
    sent.addTrailers({ [HASH_TRAILER]: digest.hex() });
    sent.end();
    await heard;
  } catch (error) {
    sent.destroy();
    // What it said before it ended the connection says more.
    if (last.problem === undefined && last.done === undefined) throw error;
  }
  if (last.problem !== undefined) throw told(last.problem);
  if (!("done" in last)) throw new Error("The server did not say that it has everything");
  return last.done;
}

/** How much of an upload the server has. */
export async function askOffset(over: Over): Promise<number> {
  const { sent, answer } = begin(over, "HEAD");
  sent.end();
  const response = await answer;
  response.resume();
  // An answer to HEAD has no words.
  if (response.statusCode === 403) throw fail("RAW_TICKET_UNKNOWN", {});
  if (response.statusCode !== 200) throw new Error(`The server answered ${response.statusCode}`);
  return Number(response.headers[OFFSET_HEADER] ?? 0);
}

/** All of it is here, or it was given up. */
export async function letGo(over: Over): Promise<void> {
  const { sent, answer } = begin(over, "DELETE");
  sent.end();
  (await answer).resume();
}

function told(given: unknown): Error {
  const read = problem.safeParse(given);
  return read.success ? new Failure(read.data) : new Error("The server answered in words that this app does not know");
}

async function refusal(response: IncomingMessage): Promise<Error> {
  let text = "";
  response.setEncoding("utf8");
  for await (const part of response as AsyncIterable<string>) text = (text + part).slice(0, 64 * 1024);
  try {
    return told(JSON.parse(text) as Problem);
  } catch {
    // An agent from before there was this lane.
    return response.statusCode === 405 ? fail("PROCEDURE_UNKNOWN", { procedure: "raw" }) : new Error(`The server answered ${response.statusCode}`);
  }
}
