import * as z from "zod";

const words = new WeakSet<object>();

/** An enumeration that we answer with may grow: a window takes any word and shows one that it does not know by its own name. */
export const open = <Known extends string>({ most = 100 } = {}) => {
  const word = z.string().max(most);
  words.add(word);
  return word as unknown as z.ZodType<Known | (string & {}), Known | (string & {})>;
};

/** Whether a schema stands for such a word. */
export const isOpen = (schema: object): boolean => words.has(schema);

/** What a table says of a word that the other side uses; nothing of one that it has never heard of, whatever every object has by that name. */
export const entryOf = <Entry>(table: Readonly<Record<string, Entry>>, word: string): Entry | undefined => (Object.hasOwn(table, word) ? table[word] : undefined);
