import { ListFilterIcon } from "lucide-react";
import { Icon } from "./icon.tsx";
import { Kbd } from "./kbd.tsx";

type Props = { label: string; value: string; onChange: (value: string) => void };

/** Narrows the list below it; "/" leads to it, Esc empties it. */
export function FilterField({ label, value, onChange }: Props) {
  return (
    <label className="flex h-7 w-44 min-w-0 items-center gap-2 rounded-md border border-line-2 bg-control px-2 text-text-2 shadow-card holds-focus hover:border-text-3/60">
      <Icon of={ListFilterIcon} size={14} className="shrink-0" />
      <span className="sr-only">{label}</span>
      <input
        id="filter"
        value={value}
        placeholder="Filter"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !value) return;
          event.preventDefault();
          onChange("");
        }}
        className="w-full min-w-0 bg-transparent text-xs text-text outline-none"
      />
      {!value && <Kbd>/</Kbd>}
    </label>
  );
}
