import { SearchIcon } from "lucide-react";
import { Icon } from "../../ui/icon.tsx";

type Props = { label: string; value: string; onChange: (value: string) => void };

/** Esc empties it before it leaves anything. */
export function SearchField({ label, value, onChange }: Props) {
  return (
    <label className="holds-focus -ml-2 flex min-w-0 flex-1 items-center gap-2 self-stretch rounded-md pl-2">
      <Icon of={SearchIcon} size={14} className="shrink-0" />
      <input
        aria-label={label}
        placeholder="Search"
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !value) return;
          event.preventDefault();
          event.stopPropagation();
          onChange("");
        }}
        className="min-w-0 flex-1 bg-transparent text-xs text-text outline-none"
      />
    </label>
  );
}
