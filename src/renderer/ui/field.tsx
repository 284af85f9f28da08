import { useId, type ComponentProps, type ReactNode } from "react";
import { classes } from "./classes.ts";

export const inputLook =
  "h-[34px] w-full min-w-0 rounded-md border border-line-2 bg-control px-3 text-text shadow-card hover:border-text-3/60 focus-visible:outline-offset-0 aria-invalid:border-bad disabled:opacity-60";

/** After a refused form the keyboard stands on the first field to correct. */
export const focusWrong = (form: HTMLElement) =>
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid]")?.focus());

type FieldProps = {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  optional?: boolean;
  /** Beside the label: that what stands there waits for something, and what can be done about it. */
  mark?: ReactNode;
  className?: string;
  children: (ids: { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined }) => ReactNode;
};

/** A label, its control, and one line below: the error where there is one, else the hint. */
export function Field({ label, hint, error, optional, mark, className, children }: FieldProps) {
  const id = useId();
  const below = error ?? hint;
  return (
    <div className={classes("min-w-0", className)}>
      <div className="mb-1.5 flex items-center gap-1.5">
        <label htmlFor={id} className="flex min-w-0 items-baseline gap-1.5 text-xs font-medium text-text-2">
          {label}
          {optional && <span className="font-normal text-text-3">optional</span>}
        </label>
        {mark}
      </div>
      {children({ id, "aria-describedby": below ? `${id}-below` : undefined, "aria-invalid": error ? true : undefined })}
      {below && (
        <p id={`${id}-below`} className={classes("mt-1.5 text-xs [overflow-wrap:anywhere]", error ? "text-bad" : "text-text-3")}>
          {below}
        </p>
      )}
    </div>
  );
}

type TextProps = Omit<ComponentProps<"input">, "onChange" | "value"> & {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  optional?: boolean;
  mark?: ReactNode;
  mono?: boolean;
  unit?: string;
  fieldClass?: string;
  value: string;
  onChange: (value: string) => void;
};

export function TextField({ label, hint, error, optional, mark, mono, unit, fieldClass, value, onChange, className, ...rest }: TextProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional} mark={mark} className={fieldClass}>
      {(ids) => (
        <div className="relative">
          <input
            autoComplete="off"
            autoCorrect="off"
            autoCapitalize="off"
            spellCheck={false}
            {...rest}
            {...ids}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className={classes(inputLook, mono && "font-mono text-xs", unit && "pr-16", className)}
          />
          {unit && <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-xs text-text-3">{unit}</span>}
        </div>
      )}
    </Field>
  );
}

type AreaProps = Omit<ComponentProps<"textarea">, "onChange" | "value"> & {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  optional?: boolean;
  mark?: ReactNode;
  value: string;
  onChange: (value: string) => void;
};

/** A browser brings the line of the cursor into sight, and not the field with what is around it. */
const comeWithRing = (field: HTMLElement) => requestAnimationFrame(() => field.scrollIntoView({ block: "nearest" }));

export function TextArea({ label, hint, error, optional, mark, value, onChange, className, ...rest }: AreaProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional} mark={mark}>
      {(ids) => (
        <textarea
          spellCheck={false}
          autoComplete="off"
          onFocus={({ currentTarget }) => comeWithRing(currentTarget)}
          {...rest}
          {...ids}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={classes(inputLook, "h-auto resize-none py-2 font-mono text-xs", className)}
        />
      )}
    </Field>
  );
}
