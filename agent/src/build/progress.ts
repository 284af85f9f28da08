import { StringDecoder } from "node:string_decoder";
import { createPieces, type Piece } from "./json-stream.ts";

export type BuildLine = { stream: "out" | "err" | "system"; text: string };

/** What ended a build: the step that has an error, and what it said last. */
export type FailedStep = { name: string; error: string; lastLines: string[] };

type Vertex = { name: string; started: boolean; completed: boolean; cached: boolean; error: string | null; last: string[] };
type Wire = {
  vertexes?: { digest: string; name?: string; started?: string; completed?: string; cached?: boolean; error?: string }[];
  logs?: { vertex: string; stream: number; data: string }[];
};

const MAX_LINE = 16_384;
const KEPT_LINES = 30;
/** Said of steps that stop because another one failed. */
const CANCELLED = /context canceled|Canceled/;

/** Turns buildx's raw progress into lines for a person; depends on the bytes alone. */
export function createProgress() {
  const pieces = createPieces();
  const vertexes = new Map<string, Vertex>();
  const decoders = new Map<string, { decoder: StringDecoder; rest: string }>();
  const plain: string[] = [];
  /** The step whose lines come now: steps run at once, so its name is said again when it changes. */
  let speaking = "";

  const heading = (digest: string, vertex: Vertex, more = ""): BuildLine[] => {
    speaking = digest;
    return [{ stream: "system", text: vertex.name.slice(0, 500) + more }];
  };

  function onVertex(seen: NonNullable<Wire["vertexes"]>[number]): BuildLine[] {
    const vertex = vertexes.get(seen.digest) ?? { name: seen.name ?? "", started: false, completed: false, cached: false, error: null, last: [] };
    vertexes.set(seen.digest, vertex);
    const lines: BuildLine[] = [];
    const shown = isShown(vertex.name);
    if (seen.cached && !vertex.cached) {
      vertex.cached = true;
      if (shown && !vertex.started) lines.push(...heading(seen.digest, vertex, " (kept from an earlier build)"));
      vertex.started = true;
    } else if (seen.started && !vertex.started && !seen.completed) {
      vertex.started = true;
      if (shown) lines.push(...heading(seen.digest, vertex));
    }
    if (seen.completed && !vertex.completed) {
      vertex.completed = true;
      if (shown && !vertex.started) lines.push(...heading(seen.digest, vertex));
      vertex.started = true;
      lines.push(...flush(seen.digest));
    }
    if (seen.error && vertex.error === null) {
      vertex.error = seen.error;
      if (!CANCELLED.test(seen.error)) lines.push({ stream: "err", text: seen.error.slice(0, 2000) });
    }
    return lines;
  }

  function onLog(log: NonNullable<Wire["logs"]>[number]): BuildLine[] {
    const key = `${log.vertex} ${log.stream}`;
    const state = decoders.get(key) ?? { decoder: new StringDecoder("utf8"), rest: "" };
    decoders.set(key, state);
    const parts = (state.rest + state.decoder.write(Buffer.from(log.data, "base64"))).split("\n");
    state.rest = parts.pop() ?? "";
    while (state.rest.length > MAX_LINE) {
      parts.push(state.rest.slice(0, MAX_LINE));
      state.rest = state.rest.slice(MAX_LINE);
    }
    return say(log.vertex, log.stream, parts);
  }

  function say(digest: string, stream: number, texts: string[]): BuildLine[] {
    const vertex = vertexes.get(digest);
    const lines: BuildLine[] = [];
    for (const raw of texts) {
      const text = lastState(raw).slice(0, MAX_LINE);
      if (vertex) {
        if (speaking !== digest) lines.push(...heading(digest, vertex));
        vertex.last.push(text);
        if (vertex.last.length > KEPT_LINES) vertex.last.shift();
      }
      lines.push({ stream: stream === 2 ? "err" : "out", text });
    }
    return lines;
  }

  /** Lines without a line break at the end of a step. */
  function flush(digest: string): BuildLine[] {
    return [1, 2].flatMap((stream) => {
      const state = decoders.get(`${digest} ${stream}`);
      if (!state) return [];
      decoders.delete(`${digest} ${stream}`);
      const text = state.rest + state.decoder.end();
      return text === "" ? [] : say(digest, stream, [text]);
    });
  }

  /** Line by line: an object may have a megabyte of them. */
  function* read(piece: Piece): Generator<BuildLine> {
    if ("text" in piece) {
      plain.push(piece.text);
      if (plain.length > KEPT_LINES) plain.shift();
      // The solver's last words repeat the step's error, which has been said in its place.
      if (!piece.text.startsWith("ERROR: ") || failedStep() === null) yield { stream: "err", text: piece.text.slice(0, MAX_LINE) };
      return;
    }
    const wire = piece.object as Wire;
    for (const vertex of wire.vertexes ?? []) yield* onVertex(vertex);
    for (const log of wire.logs ?? []) yield* onLog(log);
  }

  function* readAll(these: Iterable<Piece>): Generator<BuildLine> {
    for (const piece of these) yield* read(piece);
  }

  function failedStep(): FailedStep | null {
    for (const { error, name, last } of vertexes.values()) {
      if (error !== null && !CANCELLED.test(error)) return { name, error, lastLines: last };
    }
    return null;
  }

  return {
    /** Takes it in as its lines are taken. */
    push: (text: string) => readAll(pieces.push(text)),
    end: () => [...readAll(pieces.end()), ...[...vertexes.keys()].flatMap(flush)],
    failedStep,
    /** Lines that were no progress: buildx's own words. */
    plainText: () => plain.join("\n"),
    /** Steps done of all that the Dockerfile has; nothing until the first of them is named. */
    fraction(): number {
      const wholes = new Map<string, number>();
      let done = 0;
      for (const { name, completed } of vertexes.values()) {
        // "[2/5] RUN …" or, with stages, "[build 2/5] RUN …": BuildKit tells how many there are with the first one.
        const [, stage = "", whole] = /^\[(?:(\S+) )?\s*\d+\/(\d+)\]/.exec(name) ?? [];
        if (whole === undefined) continue;
        wholes.set(stage, Number(whole));
        if (completed) done += 1;
      }
      const all = [...wholes.values()].reduce((sum, whole) => sum + whole, 0);
      return all === 0 ? 0 : done / all;
    },
  };
}

/** Of a line that redraws itself (a progress bar), what stood there last. */
function lastState(text: string): string {
  const line = text.endsWith("\r") ? text.slice(0, -1) : text;
  return line.slice(line.lastIndexOf("\r") + 1);
}

const isShown = (name: string) => name !== "" && !/^\[internal\] (load \.dockerignore|load build definition|load remote)/.test(name);
