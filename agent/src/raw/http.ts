import type { IncomingMessage, ServerResponse } from "node:http";
import { errorTable, fail, Failure, HASH_TRAILER, OFFSET_HEADER, RAW_PATH, SIZE_HEADER, TICKET_HEADER, toProblem, type ErrorCode } from "../../contract/index.ts";
import { createAcks, createPace, readLines, receive, send } from "../../lane/index.ts";
import type { Caller } from "../api/who.ts";
import type { Core } from "../core.ts";
import type { RawTicketRow } from "../store/index.ts";
import type { Purpose } from "./purposes.ts";
import type { RawRoom } from "./room.ts";

/** A sender that falls silent for so long is gone; a reader may stand still for longer. */
const SILENT_MS = { up: 60_000, down: 600_000 };

type Exchange = { request: IncomingMessage; response: ServerResponse; ticket: RawTicketRow; room: RawRoom };
type Down = Extract<Purpose, { direction: "down" }>;
type Up = Extract<Purpose, { direction: "up" }>;

/**
 * HEAD: how far it is. POST: its bytes from an offset on, while the request's body says line by line how many were taken.
 * PUT: bytes from an offset on, while the answer says so. DELETE: it is there, or was given up. Nothing of a body is read before it is known
 * who sends it and whether they may.
 */
export async function answerRaw(room: RawRoom, core: Core, caller: Caller, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const id = (request.url ?? "").slice(RAW_PATH.length);
    const secret = request.headers[TICKET_HEADER];
    const admit = () => room.admit(caller, id, typeof secret === "string" ? secret : "");
    const { ticket, purpose } = admit();
    const gone = goneOf(response);
    switch (request.method) {
      case "HEAD":
        return void response.writeHead(200, { [SIZE_HEADER]: ticket.size, [OFFSET_HEADER]: offsetNow(room, ticket, purpose), connection: "close" }).end();
      case "DELETE":
        await room.end(ticket.id);
        return void response.writeHead(204, { connection: "close" }).end();
      case purpose.direction === "down" ? "POST" : "PUT":
        return await room.streams.alone({ id: ticket.id, holder: ticket }, gone, async (signal) => {
          // Whoever carried it before may have brought it to its end.
          const exchange = { request, response, ticket: admit().ticket, room };
          if (exchange.ticket.result !== null) return tellResult(response, exchange.ticket.result);
          if (exchange.ticket.endedAt !== null) throw fail("RAW_TICKET_UNKNOWN", {});
          return purpose.direction === "down" ? down(exchange, purpose, core, signal) : up(exchange, purpose, signal);
        });
      default:
        return void response.writeHead(405, { allow: "HEAD, POST, PUT, DELETE", connection: "close" }).end();
    }
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    refuse(response, error);
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const problem = toProblem(error);
  const status = errorTable[problem.code as ErrorCode]?.status ?? 500;
  const wanted = error instanceof Failure && problem.code === "RAW_OFFSET" ? { [OFFSET_HEADER]: String(problem.values?.["wanted"] ?? 0) } : {};
  response.writeHead(status, { "content-type": "application/json", connection: "close", ...wanted }).end(JSON.stringify(problem));
}

/** Fires when the other end has gone. */
function goneOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort(new Error("The connection broke")));
  return gone.signal;
}

const offsetNow = (room: RawRoom, ticket: RawTicketRow, purpose: Purpose): number =>
  purpose.direction === "down" ? 0 : ticket.result === null ? room.offsetOf(ticket.id) : ticket.size;

function offsetOf({ request, ticket }: Exchange): number {
  const offset = Number(request.headers[OFFSET_HEADER] ?? 0);
  if (Number.isSafeInteger(offset) && offset >= 0 && offset <= ticket.size) return offset;
  throw fail("INVALID_INPUT", { field: OFFSET_HEADER, why: `a number from 0 to ${ticket.size}` });
}

/** Aborts where nothing moves for so long. */
function watchful(ms: number, parent: AbortSignal): { signal: AbortSignal; moved(): void; end(): void } {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error(`Nothing moved for ${ms / 1000} s`)), ms);
  return { signal: AbortSignal.any([parent, silent.signal]), moved: () => void timer.refresh(), end: () => clearTimeout(timer) };
}

async function down(exchange: Exchange, purpose: Down, core: Core, parent: AbortSignal): Promise<void> {
  const { request, response, ticket, room } = exchange;
  const from = offsetOf(exchange);
  const source = await purpose.open(core, ticket);
  const { signal, moved, end } = watchful(SILENT_MS.down, parent);
  try {
    const digest = room.digestOf(ticket.id);
    await digest.goTo(from, source, signal);
    response.writeHead(200, { "content-type": "application/octet-stream", [SIZE_HEADER]: ticket.size, trailer: HASH_TRAILER, connection: "close" });
    response.flushHeaders();
    const pace = createPace();
    const said = readLines(request, (line) => {
      pace.taken(Number(line));
      moved();
    });
    said.catch(() => {});
    await send({ source, from, to: ticket.size, out: response, pace, digest, signal });
    // An answer that has ended takes its connection along, and with it the word for the last bytes.
    await pace.untilTaken(signal);
    response.addTrailers({ [HASH_TRAILER]: digest.hex() });
    response.end();
  } finally {
    end();
    await source.close();
  }
}

/** It was committed, and the answer did not arrive. */
const tellResult = (response: ServerResponse, result: string): void =>
  void response.writeHead(200, { "content-type": "application/x-ndjson", connection: "close" }).end(`${JSON.stringify({ done: JSON.parse(result) as unknown })}\n`);

async function up(exchange: Exchange, purpose: Up, parent: AbortSignal): Promise<void> {
  const { request, response, ticket, room } = exchange;
  const from = offsetOf(exchange);
  const { sink, digest, finish, failed } = room.uploadOf(ticket, purpose);
  const why = failed?.() ?? null;
  if (why !== null) {
    // What it came to ended its connection: the next one is told.
    await room.forgetUpload(ticket.id);
    throw why;
  }
  if (from !== digest.at()) throw fail("RAW_OFFSET", { wanted: digest.at(), given: from });
  const { signal, moved, end } = watchful(SILENT_MS.up, parent);
  signal.addEventListener("abort", () => request.destroy(signal.reason as Error), { once: true });
  response.writeHead(200, { "content-type": "application/x-ndjson", connection: "close" });
  response.flushHeaders();
  const acks = createAcks((line) => {
    response.write(line);
    moved();
  });
  const tell = (last: object) => void response.end(`${JSON.stringify(last)}\n`);
  try {
    const at = await receive({ input: request, from, to: ticket.size, sink, acks, digest });
    end();
    if (at < ticket.size) return tell({ at });
    if (request.trailers[HASH_TRAILER] !== digest.hex()) throw fail("RAW_DAMAGED", { what: "The file" });
    const done = await finish((result) => room.commit(ticket.id, result)).finally(() => room.forgetUpload(ticket.id));
    tell({ done });
  } catch (error) {
    // What broke on the way goes on later; what is wrong with the whole begins anew.
    if (!request.complete) return void response.destroy();
    await room.forgetUpload(ticket.id);
    tell({ problem: toProblem(error) });
  } finally {
    end();
  }
}
