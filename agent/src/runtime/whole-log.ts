import { matcherOf, ofReleases, type LogFilter } from "../../contract/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { readKept } from "../docker/output-kept.ts";
import type { OutputLine } from "../docker/output.ts";
import { readArchive } from "./archived.ts";
import { listOutputs, type Output } from "./outputs.ts";

/** Everything that containers of a service said until now, that is kept and wanted: "2026-11-29T19:50:29.123456789Z #2 text". */
export async function* wholeLog(deps: DeployDeps, serviceId: string, filter: LogFilter, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const outputs = await listOutputs(deps, serviceId);
  const several = outputs.some(({ ordinal }) => (ordinal ?? 1) > 1);
  const matches = matcherOf(filter);
  const lines = (output: Output) => (output.archive === null ? readKept(deps.docker, output.container, { signal }) : readArchive(output.archive));
  const wanted = outputs.filter(({ release }) => ofReleases(filter, release));
  for await (const { of, line } of inOrder(wanted.map((of) => ({ of, lines: lines(of) })))) {
    signal?.throwIfAborted();
    if (!matches({ at: Date.parse(line.stamp), stream: line.stream, from: of.release, text: line.text })) continue;
    yield `${line.stamp} ${several && of.ordinal !== null ? `#${of.ordinal} ` : ""}${line.text}`;
  }
  // Output that was left early ends as output that is whole.
  signal?.throwIfAborted();
}

/** Several at once, by their stamps; of each no more than its next line is held. */
export async function* inOrder<T>(sources: { of: T; lines: AsyncIterable<OutputLine> }[]): AsyncGenerator<{ of: T; line: OutputLine }> {
  const open = sources.map(({ of, lines }) => ({ of, reader: lines[Symbol.asyncIterator]() }));
  const heads: { of: T; reader: AsyncIterator<OutputLine>; line: OutputLine }[] = [];
  const pull = async (one: (typeof open)[number]) => {
    const next = await one.reader.next();
    if (!next.done) heads.push({ ...one, line: next.value });
  };
  try {
    for (const one of open) await pull(one);
    while (heads.length > 0) {
      const first = heads.reduce((least, head) => (head.line.stamp < least.line.stamp ? head : least));
      heads.splice(heads.indexOf(first), 1);
      yield { of: first.of, line: first.line };
      await pull(first);
    }
  } finally {
    for (const { reader } of open) await reader.return?.();
  }
}
