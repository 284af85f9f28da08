// Words of the private server and of proxies, said by a visitor: they lead nobody anywhere and no app believes them to be ours.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { BarContext } from "../frame.ts";
import type { Edge } from "../edge/edge.ts";
import { echoIn, outcomeOf, troubleIn, valuesOf } from "./outcome.ts";
import { app, type Standing } from "./services.ts";
import { exchange } from "./wire.ts";

const FORWARDED = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"];

export async function checkPrivate(context: BarContext, edge: Edge, standing: Standing): Promise<string[]> {
  const wrong: string[] = [];
  const hidden = await app(context, "hidden", []);
  if (hidden.target?.type !== "app") throw new Error("the hidden app is none");
  const trial = await edge.caddy.trial({ address: "127.0.0.1", port: hidden.target.port });
  context.cleanup(() => trial.end());
  // The ticket is good: the agent itself comes through with it.
  const asked = await trial.ask({ host: "a.test", path: "/", milliseconds: 5000, signal: context.signal });
  if (asked.kind !== "answer") wrong.push(`a try of the agent's own ended with ${asked.kind}`);
  const ticket = await ticketTo(edge, hidden.target.port);
  const said = [
    `X-Aeroplane-Try: ${ticket}`,
    `x-aeroplane-try: ${ticket}`,
    "X-Aeroplane-Try: *",
    "X-Aeroplane-Try: ../targets",
    "X-Aeroplane-Target: stopped@",
    "X-Aeroplane-Tried: 1",
    "X-Aeroplane-Answered-By: 127.0.0.1:1",
    "X-Aeroplane-Release: another",
    "X-Aeroplane-Fault: 1",
    ...FORWARDED.flatMap((name) => [`${name}: evil.test`, `${name.toLowerCase()}: evil.test\r\n${name}: b1.test`]),
    ...FORWARDED.map((name) => `${name}: evil.test\r\nConnection: ${name}`),
    "Connection: Host",
    "Connection: X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto",
    "X-HTTP-Method-Override: DELETE\r\nX-Original-URL: /evil\r\nX-Rewrite-URL: /evil",
  ];
  for (const [host, service] of [["a.test", "known"], ["b1.test", "later"], ["site.test", "shop"], ["nobody.test", "unknown"]] as const) {
    for (const line of said) {
      const bytes = Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\n${line}\r\nConnection: close\r\n\r\n`, "latin1");
      const answer = await exchange(edge.port, bytes);
      const outcome = outcomeOf(answer);
      if (outcome !== service) wrong.push(`${host} with ${JSON.stringify(line)} got ${outcome}`);
      for (const trouble of troubleIn(answer, outcome, standing, "\0")) wrong.push(`${host} with ${JSON.stringify(line)}: ${trouble}`);
      const echo = answer && echoIn(answer);
      if (echo && valuesOf(echo, "host").join() !== host) wrong.push(`${host} with ${JSON.stringify(line)} came to its app as ${valuesOf(echo, "host").join()}`);
    }
  }
  return wrong;
}

/** There may be tickets of other tries beside it; each holds the address that it leads to. */
async function ticketTo({ dataDir }: Edge, port: number): Promise<string> {
  const tickets = join(dataDir, "routes", "try");
  for (const ticket of await readdir(tickets)) if ((await readdir(join(tickets, ticket)).catch((): string[] => [])).includes(`127.0.0.1:${port}`)) return ticket;
  throw new Error(`no ticket leads to port ${port}`);
}
