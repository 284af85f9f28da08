import { create } from "zustand";
import type { Draft } from "../features/services/config.ts";

/** Whose forms: a service's, or with null those of what its environment shares. */
export type Of = { serverId: string; environmentId: string; serviceId: string | null };

/** What was typed of a variable that there is, and whether it was ticked as secret; what was not, stays as it is. */
export type Typed = { value?: string; secret?: boolean };

/** Every form whose typing outlives it, and what is typed there. */
export type Forms = {
  /** Of a service: the fields that were changed. */
  settings: Partial<Draft>;
  /** A new variable. */
  variable: { name: string; value: string; secret?: boolean };
  /** Lines of a .env. */
  paste: string;
  /** Of variables that there are: what was typed of each, by its name. */
  values: Record<string, Typed>;
};
export type Form = keyof Forms;
export type Drafts = Record<string, { of: Of; forms: Partial<Forms> }>;

/** What was typed and is not saved. In memory alone: values are secrets. */
export const useDrafts = create<Drafts>(() => ({}));

export const keyOf = ({ serverId, environmentId, serviceId }: Of) => `${serverId} ${serviceId ?? environmentId}`;
export const formsOf = (of: Of): Partial<Forms> => useDrafts.getState()[keyOf(of)]?.forms ?? {};
export const useForms = (of: Of): Partial<Forms> | undefined => useDrafts((drafts) => drafts[keyOf(of)]?.forms);

/** Undefined: it is saved or undone, and kept no longer. */
export function changeDraft<F extends Form>(of: Of, form: F, change: (before: Forms[F] | undefined) => Forms[F] | undefined): void {
  useDrafts.setState((drafts) => {
    const { [form]: before, ...others } = drafts[keyOf(of)]?.forms ?? {};
    const next = change(before as Forms[F] | undefined);
    const forms = next === undefined ? others : { ...others, [form]: next };
    const { [keyOf(of)]: _, ...rest } = drafts;
    return Object.keys(forms).length === 0 ? rest : { ...rest, [keyOf(of)]: { of, forms } };
  }, true);
}

export const dropDraft = (of: Of, form: Form): void => changeDraft(of, form, () => undefined);

/** One of several fields that are typed apart; the last one that goes takes the draft along. */
export function withField<T extends Record<string, unknown>>(before: T | undefined, field: keyof T & string, value: T[keyof T & string] | undefined): T | undefined {
  const { [field]: _, ...others } = before ?? ({} as T);
  const next = value === undefined ? others : { ...others, [field]: value };
  return Object.keys(next).length === 0 ? undefined : (next as T);
}
