// Old and new tell each other so: an app of protocol 1 at this agent, and this app at an agent of protocol 1.
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import * as z from "zod";
import { Failure, PROTOCOL_VERSION, type Hello, type Problem } from "../../../agent/contract/index.ts";
import { createAgentClient } from "../../../src/desktop/agent/client.ts";
import { languageFailure } from "../../../src/desktop/bootstrap/upgrade/newer.ts";
import { openSocket } from "../../../src/desktop/local/transport.ts";
import { opened } from "../../../src/desktop/servers/session.ts";
import type { Trial } from "./trial.ts";

type Frozen = Record<string, { input: object; output: object }>;
const folder = join(import.meta.dirname, "../../../agent/contract/released");

/** The last contract of every protocol before today's. */
export const earlier = (): { protocol: number; version: string; frozen: Frozen }[] =>
  readdirSync(folder)
    .flatMap((name) => /^protocol-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((protocol) => protocol < PROTOCOL_VERSION)
    .map((protocol) => {
      const last = readdirSync(join(folder, `protocol-${protocol}`)).toSorted().at(-1)!;
      return { protocol, version: last.replace(/\.json$/, ""), frozen: JSON.parse(readFileSync(join(folder, `protocol-${protocol}`, last), "utf8")) as Frozen };
    });

const isSentence = ({ code, message, next }: Partial<Problem>): boolean => [code, message, next].every((text) => typeof text === "string" && text.length > 5 && !text.includes("{"));

/** As an app reads it: what it does not know besides is none of its business. */
const asRead = (schema: object) => z.fromJSONSchema(JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === "additionalProperties" ? undefined : value))) as never);

/** An app that knows only the frozen contract: it must be able to read who answers, and whatever it is refused with. */
export async function oldAppHere({ protocol, version, frozen }: ReturnType<typeof earlier>[number], { client, call }: Trial): Promise<string[]> {
  const wrong: string[] = [];
  const hello = await client.instance.hello({});
  const read = asRead(frozen["instance.hello"]!.output).safeParse(hello);
  if (!read.success) wrong.push(`an app ${version} cannot read who answers: ${read.error.message}`);
  const told = languageFailure(hello, version, protocol)?.problem;
  if (told?.code !== "APP_TOO_OLD" || !isSentence(told)) wrong.push(`an app ${version} says ${JSON.stringify(told)}`);
  // One that asks on all the same, as it did before this agent took the place of an older one.
  const input = { projectId: "0198c0de-0000-7000-8000-000000000010", name: "late", kind: "git", config: { source: { type: "git", url: "https://git.example.test/a.git", branch: "main" } } };
  if (!asRead(frozen["services.create"]!.input).safeParse(input).success) wrong.push(`this is nothing that an app ${version} sends`);
  const refused = await call(["services", "create"], input, { context: {} }).then(() => null, (error: unknown) => (error as { data?: Problem }).data ?? { message: String(error) });
  if (refused === null || !isSentence(refused)) wrong.push(`an app ${version} that asks on hears ${JSON.stringify(refused)}`);
  return wrong;
}

/** This app at an agent that answers as the frozen contract says. */
export async function thisAppThere({ protocol, version, frozen }: ReturnType<typeof earlier>[number], socket: string): Promise<string[]> {
  const hello = { instanceId: "0198c0de-0000-7000-8000-000000000001", agentVersion: version, protocolVersion: protocol, nodeVersion: "24.21.0", hostname: "old-1", os: "Debian GNU/Linux 13", arch: "x64", httpPort: 80, startedAt: 1, startsAtBoot: true };
  const fits = asRead(frozen["instance.hello"]!.output).safeParse(hello);
  const server = createServer((_asked, answer) => void answer.setHeader("content-type", "application/json").end(JSON.stringify({ json: hello })));
  server.listen(socket);
  await once(server, "listening");
  const agent = createAgentClient(() => openSocket(socket));
  try {
    const transport = { close() {}, closed: new Promise<string>(() => {}) };
    const failure = await opened(agent, transport, { version: "99.0.0" }, () => agent.client.instance.hello({}) as Promise<Hello>).then(() => null, (error: unknown) => error);
    const problem = failure instanceof Failure ? failure.problem : null;
    return [
      ...(fits.success ? [] : [`this is nothing that an agent ${version} answers`]),
      ...(problem?.code === "AGENT_TOO_OLD" && isSentence(problem) && problem.message.includes(version) ? [] : [`at an agent ${version} this app says ${String(failure)}`]),
    ];
  } finally {
    agent.close();
    server.closeAllConnections();
    server.close();
  }
}
