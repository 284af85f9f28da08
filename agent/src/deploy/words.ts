import { fail } from "../../contract/problem.ts";

/** What only a shell could obey; nothing here is ever given to one. */
const OPERATORS = /^(?:&&|\|\||[|&;<>()])/;

/** Splits a command line by the quoting rules of a POSIX shell, and refuses what would need a shell to mean anything. */
export function splitWords(command: string): string[] {
  const refuse = (why: string) => fail("START_COMMAND_INVALID", { command, why });
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < command.length; at += 1) {
    const char = command[at]!;
    const next = command[at + 1];
    if (quote === "'") {
      if (char === "'") quote = null;
      else word += char;
    } else if (char === "\\" && next !== undefined && (quote === null || '"\\$`'.includes(next))) {
      word = (word ?? "") + next;
      at += 1;
    } else if (char === "$" && next !== undefined && /[A-Za-z_{(]/.test(next)) {
      throw refuse(`${command.slice(at).split(/[\s"']/)[0]} would need a shell`);
    } else if (char === "`") {
      throw refuse("a backquote would need a shell");
    } else if (quote === '"') {
      if (char === '"') quote = null;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (char === " " || char === "\t") {
      if (word !== null) words.push(word);
      word = null;
    } else {
      const operator = OPERATORS.exec(command.slice(at));
      if (operator !== null) throw refuse(`${operator[0]} would need a shell`);
      word = (word ?? "") + char;
    }
  }
  if (quote !== null) throw refuse(`a quote ${quote} is not closed`);
  if (word !== null) words.push(word);
  if (words.length === 0) throw refuse("it is empty");
  return words;
}
