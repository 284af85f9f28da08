/** A piece of buildx's output: one JSON object or a part of one, or a line that is none. */
export type Piece = { object: Record<string, unknown> } | { text: string };

/** An object that has not ended after so much is no object: what came is given out as text. */
const MAX_OBJECT = 16 * 2 ** 20;
/** How the list of what steps said begins in an object of one line. Within a string its quotes would be escaped. */
const LOGS = '"logs":[';
/** In front of it stand the steps themselves. What has more is held until its line ends. */
const MAX_HEAD = 65_536;

/**
 * buildx writes one object a line (0.29) or indented over many lines (0.13), with plain lines between them. Takes text as it
 * comes; the same bytes give the same pieces however they are cut. A line may hold a megabyte of what steps said: each
 * entry is a piece of its own as soon as it has come, and no more than that is held.
 */
export function createPieces() {
  /** Of a line that has not ended, what was not given out. */
  let held: string[] = [];
  /** Where in such a line we are. */
  let place: "begin" | "logs" | "after" | "whole" = "begin";
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

  /** What can be given out of a line that is still coming. */
  function* early(): Generator<Piece> {
    if (open !== "" || place === "after" || place === "whole") return;
    let text = held.join("");
    if (place === "begin") {
      const at = text.startsWith('{"') ? text.indexOf(LOGS) : -1;
      const head = at < 0 || at > MAX_HEAD ? null : parse(`${text.slice(0, at)}${LOGS}]}`);
      if (head === null && (at >= 0 || text.length > MAX_HEAD + LOGS.length || !'{"'.startsWith(text.slice(0, 2)))) place = "whole";
      if (head !== null) {
        place = "logs";
        text = text.slice(at + LOGS.length);
        yield { object: head };
      }
    }
    let from = 0;
    while (place === "logs" && from < text.length) {
      if (text[from] === "]") {
        place = "after";
        text = `{${LOGS}]${text.slice(from + 1)}`;
        from = 0;
        break;
      }
      const begin = text[from] === "," ? from + 1 : from;
      // An entry is a digest, numbers and base64: no brace stands within it.
      const end = text.indexOf("}", begin) + 1;
      if (end === 0) break;
      const entry = parse(text.slice(begin, end));
      if (entry === null) {
        place = "whole";
        break;
      }
      from = end;
      yield { object: { logs: [entry] } };
    }
    held = [text.slice(from)];
  }

  function* ended(): Generator<Piece> {
    const text = held.join("");
    const isTorn = place === "logs";
    held = [];
    place = "begin";
    // A killed writer left it in the middle of an entry.
    if (!isTorn) yield* line(text);
  }

  return {
    /** One after the other: what a megabyte says is many times as large. */
    *push(text: string): Generator<Piece> {
      for (let from = 0; from < text.length; ) {
        const end = text.indexOf("\n", from);
        held.push(text.slice(from, end < 0 ? text.length : end));
        yield* early();
        if (end < 0) return;
        yield* ended();
        from = end + 1;
      }
    },
    /** What a killed writer left in the middle of an object says nothing. */
    end(): Piece[] {
      const last = held.length === 0 ? [] : [...ended()];
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
