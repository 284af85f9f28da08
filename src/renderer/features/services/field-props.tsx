import { useId, type ReactNode } from "react";
import type { Traits } from "@aeroplane/agent/contract";
import { Segments } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import type { Draft, DraftField, Wrong } from "./config.ts";

export type FieldsProps = {
  traits: Traits;
  draft: Draft;
  wrong: Wrong;
  set: (field: DraftField, value: string) => void;
  /** Beside the labels of fields whose settings are staged. */
  marks?: Partial<Record<DraftField, ReactNode>>;
  disabled?: boolean;
  /** It has a volume, or will: one process alone may use that. */
  keeps?: boolean;
};

export function useField({ draft, wrong, set, marks, disabled }: FieldsProps) {
  return (field: DraftField) => ({
    value: draft[field],
    onChange: (value: string) => set(field, value),
    error: wrong[field] ?? null,
    mark: marks?.[field],
    disabled,
  });
}

/** Fields that belong together, below a title of their own. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className="flex flex-col gap-4 border-t border-line pt-4">
      <h4 id={id} className="font-medium">
        {title}
      </h4>
      {children}
    </div>
  );
}

type ChoiceProps = FieldsProps & { label: string; of: DraftField; items: { value: string; label: string }[]; hint?: string | undefined };

/** A setting that is one of a few, in words of their own. */
export function Choice({ draft, wrong, set, marks, disabled, label, of, items, hint }: ChoiceProps) {
  return (
    <Field label={label} hint={hint} error={wrong[of] ?? null} mark={marks?.[of]}>
      {() => (
        <div>
          <Segments label={label} value={draft[of]} disabled={disabled} items={items} onChange={(value) => set(of, value)} />
        </div>
      )}
    </Field>
  );
}

type TwoWaysProps = FieldsProps & { label: string; of: DraftField; no: string; yes: string; hint: string };

/** A setting that is off or on. */
export function TwoWays({ no, yes, ...choice }: TwoWaysProps) {
  return (
    <Choice
      {...choice}
      items={[
        { value: "no", label: no },
        { value: "yes", label: yes },
      ]}
    />
  );
}
