/** What a variable's value may refer to as `${{owner.NAME}}`. */

/** Owners that are no service; none may be called so. */
export const SHARED = "shared";
export const SELF = "self";
export const reservedOwners: readonly string[] = [SHARED, SELF];

/** What an agent tells of every service under these names, before any variable of that name. */
export const facts = {
  AEROPLANE_PRIVATE_NAME: { words: "Its private name" },
  AEROPLANE_PORT: { words: "The port that it listens on" },
  AEROPLANE_DOMAIN: { words: "Its hostname" },
  AEROPLANE_RELEASE_ID: { words: "The id of its live release" },
} as const satisfies Record<string, { words: string }>;
export type FactName = keyof typeof facts;
export const isFact = (name: string): name is FactName => Object.hasOwn(facts, name);

/** `owner`: shared, self, or a service of the same environment. */
export type Target = { owner: string; name: string };

/** `$${{` is a plain `${{`; what never closes is text. */
const PART = /\$\$\{\{|\$\{\{([^{}]*)\}\}/g;
const TARGET = /^\s*([a-z](?:[a-z0-9-]*[a-z0-9])?)\.([A-Za-z_][A-Za-z0-9_]*)\s*$/;

/** What stands between the braces, as it was written, and what it names; null: nothing that can be. */
export type Reference = { text: string; to: Target | null };

const referenceOf = (text: string, inner: string): Reference => {
  const [, owner, name] = TARGET.exec(inner) ?? [];
  return { text, to: owner === undefined || name === undefined ? null : { owner, name } };
};

/** In the order in which they stand. */
export const referencesOf = (template: string): Reference[] =>
  [...template.matchAll(PART)].flatMap(([text, inner]) => (inner === undefined ? [] : [referenceOf(text, inner)]));

/** The value: each reference replaced by what `valueOf` says, which throws for one that it does not know. */
export const filledIn = (template: string, valueOf: (reference: Reference) => string): string =>
  template.replaceAll(PART, (text: string, inner: string | undefined) => (inner === undefined ? "${{" : valueOf(referenceOf(text, inner))));

/** A template whose value is this text, whatever stands in it. */
export const asText = (text: string): string => text.replaceAll("${{", () => "$${{");

/** The same template with another name for one owner. */
export const withOwner = (template: string, from: string, to: string): string =>
  template.replaceAll(PART, (text: string, inner: string | undefined) => {
    const target = inner === undefined ? null : referenceOf(text, inner).to;
    return target?.owner === from ? text.replace(from, () => to) : text;
  });

/** One reference as it is kept and told: a shared variable by its name alone, as before there were others. */
export const writtenAs = ({ owner, name }: Target): string => (owner === SHARED ? name : `${owner}.${name}`);
export function readWritten(text: string): Target {
  const dot = text.indexOf(".");
  return dot === -1 ? { owner: SHARED, name: text } : { owner: text.slice(0, dot), name: text.slice(dot + 1) };
}

/** All that it refers to, each once. */
export const refersTo = (template: string): string[] => [...new Set(referencesOf(template).flatMap(({ to }) => (to === null ? [] : writtenAs(to))))].sort();
