// A build that goes on until it is told to end, and says a numbered line ten times a second meanwhile.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LogLine } from "../../../agent/contract/index.ts";
import type { BarContext } from "../frame.ts";

export type Leash = { dockerfile: string; release: () => void };

export async function leash(address: string, { cleanup }: Pick<BarContext, "cleanup">): Promise<Leash> {
  let free = false;
  const server = createServer((_, response) => response.end(free ? "go" : "wait"));
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  cleanup(() => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())));
  const url = `http://${address}:${(server.address() as AddressInfo).port}/`;
  const script = `let i = 0; const say = async () => { console.log('line ' + ++i); if (i % 5 === 0 && await fetch('${url}').then((answer) => answer.text()) === 'go') return console.log('lines ' + i); setTimeout(say, 100); }; say();`;
  return {
    dockerfile: `FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN node -e "${script}"\nCMD ["node", "server.mjs"]\n`,
    release: () => void (free = true),
  };
}

/** What is wrong with the log of such a build. */
export function buildLogWrong(log: LogLine[]): string[] {
  const texts = log.filter(({ from }) => from === "build").map(({ text }) => text);
  const numbers = texts.map((text) => /^line (\d+)$/.exec(text)?.[1]).filter(Boolean).map(Number);
  const total = Number(texts.map((text) => /^lines (\d+)$/.exec(text)?.[1]).find(Boolean));
  const broken = numbers.findIndex((number, index) => number !== index + 1);
  if (broken >= 0) return [`the build's log says line ${numbers[broken]} where line ${broken + 1} belongs`];
  return numbers.length === total ? [] : [`the build's log has ${numbers.length} of ${total} lines`];
}
