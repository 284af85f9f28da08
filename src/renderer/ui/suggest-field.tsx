import { Autocomplete } from "@base-ui/react/autocomplete";
import { useState, type ReactNode } from "react";
import { classes } from "./classes.ts";
import { Field, inputLook } from "./field.tsx";

export type Suggestion = { value: string; about?: string };
type Props = {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  placeholder?: string;
  autoFocus?: boolean;
  mono?: boolean;
  items: readonly Suggestion[];
  /** All of them are offered, whatever is written: there are few, and another one is wanted. */
  all?: boolean;
  /** Letters; what is pasted beyond is cut off in silence, so it is more than may be sent where that would be another text. */
  longest?: number;
  value: string;
  onChange: (value: string) => void;
};

/** Free text with suggestions: what is typed counts, the arrows go through what fits. */
export function SuggestField({ label, hint, error, items, all, longest = 400, value, onChange, mono, placeholder, autoFocus }: Props) {
  const [open, setOpen] = useState(false);
  const wanted = value.trim().toLowerCase();
  const fits = items.filter((item) => all || item.value.toLowerCase().includes(wanted));
  // An empty list counts as closed, so that Escape and everything around it stay with the form.
  return (
    <Autocomplete.Root open={open && fits.length > 0} onOpenChange={setOpen} items={fits} mode="none" value={value} onValueChange={onChange} itemToStringValue={(item: Suggestion) => item.value} openOnInputClick={all ?? false}>
      <Field label={label} hint={hint} error={error}>
        {(ids) => (
          <Autocomplete.Input
            {...ids}
            autoFocus={autoFocus}
            placeholder={placeholder}
            autoCorrect="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={longest}
            className={classes(inputLook, mono && "font-mono text-xs")}
          />
        )}
      </Field>
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={4} className="z-50 outline-none data-empty:hidden">
          <Autocomplete.Popup aria-label={label} className="appear max-h-[min(264px,var(--available-height))] w-(--anchor-width) overflow-y-auto rounded-lg bg-raised p-1 shadow-float ring-1 ring-edge outline-none data-empty:hidden">
            <Autocomplete.List>
              {(item: Suggestion) => (
                <Autocomplete.Item key={item.value} value={item} className="flex h-8 cursor-default items-center gap-3 rounded-md px-2 outline-none data-highlighted:bg-sunken">
                  <span title={item.value} className={classes("min-w-0 flex-1 truncate", mono && "font-mono text-xs")}>
                    {item.value}
                  </span>
                  {item.about && <span className="max-w-[45%] shrink-0 truncate text-xs text-text-3">{item.about}</span>}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}
