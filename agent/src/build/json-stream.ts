/** A piece of buildx's output: one JSON object, or a line that is none. */
export type Piece = { object: Record<string, unknown> } | { text: string };

/** An object that has not ended after so much is no object: what came is given out as text. */
const MAX_OBJECT = 16 * 2 ** 20;

/**
 * buildx writes one object a line (0.29) or indented over many lines (0.13), with plain lines between them. Takes text as it
 * comes; the same bytes give the same pieces however they are cut.
 */
export function createPieces() {
  /** Of a line that has not ended: put together once, since BuildKit writes lines of a megabyte and more. */
  let rest: string[] = [];
  let open = "";

  function line(text: string): Piece[] {
    if (open === "") {
      if (!text.startsWith("{")) return text.trim() === "" ? [] : [{ text }];
      const whole = parse(text);
      if (whole) return [{ object: whole }];
      open = text;
      return [];
    }
    open += `\n${text}`;
    // Only a line that begins with a brace can end an indented object.
    const whole = text.startsWith("}") ? parse(open) : null;
    if (whole === null && open.length < MAX_OBJECT) return [];
    const piece: Piece = whole ? { object: whole } : { text: open };
    open = "";
    return [piece];
  }

  return {
    /** One after the other: what a megabyte says is many times as large. */
    *push(text: string): Generator<Piece> {
      const lines = text.split("\n");
      const last = lines.pop()!;
      for (const [at, end] of lines.entries()) {
        const whole = at === 0 ? [...rest.splice(0), end].join("") : end;
        yield* line(whole);
      }
      if (last !== "") rest.push(last);
    },
    /** What a killed writer left in the middle of an object says nothing. */
    end(): Piece[] {
      const last = rest.length === 0 ? [] : line(rest.join(""));
      rest = [];
      open = "";
      return last;
    },
  };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
