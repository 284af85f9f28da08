import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import type { LucideIcon } from "lucide-react";
import { classes } from "./classes.ts";
import { Icon } from "./icon.tsx";

export type ChoiceItem<T extends string> = { value: T; label: string; icon?: LucideIcon; hint?: string };

/** A few options in a row, one of them chosen. */
export function Segments<T extends string>(props: { label: string; value: T; items: ChoiceItem<T>[]; disabled?: boolean; onChange: (value: T) => void }) {
  return (
    <RadioGroup
      aria-label={props.label}
      value={props.value}
      disabled={props.disabled}
      onValueChange={(value) => props.onChange(value as T)}
      className="inline-flex w-fit max-w-full gap-0.5 rounded-md border border-line bg-sunken p-0.5"
    >
      {props.items.map((item) => (
        <Radio.Root
          key={item.value}
          value={item.value}
          nativeButton
          render={<button type="button" />}
          className={classes(
            "inline-flex h-[26px] min-w-0 items-center gap-1.5 rounded-sm px-2.5 font-medium whitespace-nowrap text-text-2 hover:text-text",
            "data-checked:bg-raised data-checked:text-text data-checked:shadow-card data-disabled:text-text-3",
          )}
        >
          {item.icon && <Icon of={item.icon} size={14} />}
          {item.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}

/** Options that need a sentence each. */
export function Tiles<T extends string>(props: { label: string; value: T; items: ChoiceItem<T>[]; columns?: 3 | 4; onChange: (value: T) => void }) {
  return (
    <RadioGroup
      aria-label={props.label}
      value={props.value}
      onValueChange={(value) => props.onChange(value as T)}
      className={classes("grid gap-2", props.columns === 3 ? "grid-cols-3" : "grid-cols-4")}
    >
      {props.items.map((item) => (
        <Radio.Root
          key={item.value}
          value={item.value}
          nativeButton
          render={<button type="button" />}
          className={classes(
            "flex flex-col items-start gap-2 rounded-lg border border-line-2 bg-control p-3 text-left shadow-card hover:bg-sunken",
            "data-checked:border-accent data-checked:bg-accent-tint data-checked:ring-1 data-checked:ring-accent",
          )}
        >
          {item.icon && <Icon of={item.icon} className="text-text-2" />}
          <span className="min-w-0">
            <span className="block font-medium">{item.label}</span>
            {item.hint && <span className="block text-xs text-text-2">{item.hint}</span>}
          </span>
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
