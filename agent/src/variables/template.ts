/** `$${{` is a plain `${{`; what never closes is text. */
const PART = /\$\$\{\{|\$\{\{([^{}]*)\}\}/g;
const SHARED = /^\s*shared\.([A-Za-z_][A-Za-z0-9_]*)\s*$/;

/** What stands between the braces, as it was written, and the shared variable that it names; null: nothing that is known. */
export type Reference = { text: string; shared: string | null };

/** In the order in which they stand. */
export function referencesOf(template: string): Reference[] {
  return [...template.matchAll(PART)].flatMap(([text, inner]) => (inner === undefined ? [] : [{ text, shared: SHARED.exec(inner)?.[1] ?? null }]));
}

/** Names of the shared variables in it, each once. */
export const sharedIn = (template: string): string[] =>
  [...new Set(referencesOf(template).flatMap(({ shared }) => shared ?? []))].sort();

/** The value: each reference replaced by what `valueOf` says, which throws for one that it does not know. */
export function filledIn(template: string, valueOf: (reference: Reference) => string): string {
  return template.replaceAll(PART, (text: string, inner: string | undefined) =>
    inner === undefined ? "${{" : valueOf({ text, shared: SHARED.exec(inner)?.[1] ?? null }),
  );
}

/** A template whose value is this text, whatever stands in it. */
export const asText = (text: string): string => text.replaceAll("${{", () => "$${{");
