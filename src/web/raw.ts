import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import { errorTable, fail, toProblem, type ErrorCode } from "@aeroplane/agent/contract";
import { OFFER_HEADER, RAW_WEB_PATH, SLICE, SLICE_HEADER } from "../contract/index.ts";
import type { Transfers } from "../desktop/transfers/transfers.ts";

type Offered = ReturnType<Transfers["offered"]>;

/** GET: the bytes of a download. PUT: a slice of an upload. Only for a page that was told the offer's secret over its own link. */
export async function answerRaw(transfers: Pick<Transfers, "offered">, headers: Record<string, string>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const secret = request.headers[OFFER_HEADER];
    const offer = transfers.offered((request.url ?? "").slice(RAW_WEB_PATH.length), typeof secret === "string" ? secret : "");
    const { direction } = offer.offered;
    if (request.method === "GET" && direction === "down") return await down(offer, offer.offered, headers, response);
    if (request.method === "PUT" && direction === "up") return await up(offer.offered, headers, request, response);
    response.writeHead(405, headers).end();
  } catch (error) {
    // A page that has begun to read must not take half a file for a whole one.
    if (response.headersSent) return void response.destroy();
    const problem = toProblem(error);
    response.writeHead(errorTable[problem.code as ErrorCode]?.status ?? 500, { ...headers, connection: "close", "content-type": "application/json" }).end(JSON.stringify(problem));
  }
}

async function down({ name, size }: Offered, { run }: Extract<Offered["offered"], { direction: "down" }>, headers: Record<string, string>, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort(new Error("The page has gone")));
  response.writeHead(200, { ...headers, "content-type": "application/octet-stream", "content-length": size, "content-disposition": `attachment; filename="${name.replace(/[^\w.-]/g, "_")}"` });
  // The last bytes go when all of them are known to be right: one chunk is always held back.
  let held: Uint8Array | null = null;
  const pass = async (chunk: Uint8Array) => {
    if (!response.write(chunk)) await once(response, "drain", { signal: gone.signal });
  };
  const write = async (chunk: Uint8Array) => {
    const before = held;
    held = chunk;
    if (before) await pass(before);
  };
  await run({ write }, gone.signal);
  if (held) await pass(held);
  response.end();
}

async function up({ slices }: Extract<Offered["offered"], { direction: "up" }>, headers: Record<string, string>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = Number(request.headers[SLICE_HEADER] ?? Number.NaN);
  const size = Number(request.headers["content-length"] ?? Number.NaN);
  if (!Number.isSafeInteger(at) || at < 0) throw fail("INVALID_INPUT", { field: SLICE_HEADER, why: "where the slice begins" });
  if (!Number.isSafeInteger(size) || size < 1 || size > SLICE) throw fail("INVALID_INPUT", { field: "The slice", why: `1 to ${SLICE} bytes` });
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  await slices.bring(at, Buffer.concat(parts));
  response.writeHead(204, headers).end();
}
