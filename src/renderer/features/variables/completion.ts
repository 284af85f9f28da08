import { SELF, type Referable } from "@aeroplane/agent/contract";

/** What may be put into the braces. */
export type Offer = { text: string; about: string };

/** The reference that is being written: where its inside begins, and what of it stands before the caret. */
export type Begun = { from: number; typed: string };

/** Offers that are shown at a time. */
const MOST = 50;

export function begunAt(value: string, caret: number): Begun | null {
  const open = value.lastIndexOf("${{", caret - 3);
  // `$${{` is text.
  if (open === -1 || open + 3 > caret || value[open - 1] === "$") return null;
  const typed = value.slice(open + 3, caret);
  return /[{}\n]/.test(typed) ? null : { from: open + 3, typed: typed.trim() };
}

/** Of all owners, those that hold what was typed; a service's own come as `self`. */
export function offersFor({ typed }: Begun, all: readonly Referable[], serviceId: string | null): Offer[] {
  const wanted = typed.toLowerCase();
  const offers = all.flatMap(({ owner, serviceId: id, names, facts }) => {
    const [named, whose] = id === null ? [owner, "shared variable"] : id === serviceId ? [SELF, "of this service"] : [owner, `variable of ${owner}`];
    return [
      ...names.map((name) => ({ text: `${named}.${name}`, about: whose })),
      ...facts.flatMap(({ name, words, value }) => (value === null ? [] : [{ text: `${named}.${name}`, about: `${words}: ${value}` }])),
    ];
  });
  const found = offers.filter(({ text }) => text.toLowerCase().includes(wanted));
  const begins = ({ text }: Offer) => (text.toLowerCase().startsWith(wanted) || text.toLowerCase().includes(`.${wanted}`) ? 0 : 1);
  return found.toSorted((one, other) => begins(one) - begins(other)).slice(0, MOST);
}

/** The value with the offer in its braces, and where the caret stands then: behind them. */
export function taken(value: string, caret: number, { from }: Begun, { text }: Offer): { value: string; caret: number } {
  const rest = value.slice(caret);
  const closing = /^[^{}\n]*\}\}/.exec(rest)?.[0] ?? "";
  const before = `${value.slice(0, from)}${text}}}`;
  return { value: before + rest.slice(closing.length), caret: before.length };
}
