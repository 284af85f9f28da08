import { ChevronDownIcon, SearchIcon, UserIcon, UsersIcon } from "lucide-react";
import type { AuditOutcome } from "@aeroplane/agent/contract";
import type { AuditFilter } from "../../data/audit.ts";
import { Button } from "../../ui/button.tsx";
import { Segments } from "../../ui/choice.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Menu } from "../../ui/menu.tsx";

type Props = { filter: AuditFilter; onChange: (filter: AuditFilter) => void; who: string[]; busy: boolean };

/** Search, who, and what came of it. */
export function Toolbar({ filter, onChange, who, busy }: Props) {
  const { search } = filter;
  return (
    <div role="search" aria-label="Activity" aria-busy={busy} className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-5 py-2.5">
      <label className="holds-focus flex h-[30px] w-72 min-w-0 items-center gap-2 rounded-md border border-line-2 bg-control px-2.5 text-text-2 shadow-card">
        <Icon of={SearchIcon} size={14} className="shrink-0" />
        <span className="sr-only">Search the activity</span>
        <input
          id="filter"
          value={search}
          maxLength={200}
          placeholder="Search"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ ...filter, search: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || !search) return;
            event.preventDefault();
            onChange({ ...filter, search: "" });
          }}
          className="w-full min-w-0 bg-transparent text-text outline-none"
        />
        {!search && <Kbd>/</Kbd>}
      </label>
      <Segments
        label="Outcome"
        value={filter.outcome ?? "all"}
        onChange={(value) => onChange({ ...filter, outcome: value === "all" ? null : (value as AuditOutcome) })}
        items={[
          { value: "all", label: "All" },
          { value: "ok", label: "Done" },
          { value: "failed", label: "Failed" },
        ]}
      />
      <Menu
        align="start"
        items={[
          { id: "all", name: "Anyone", icon: UsersIcon, run: () => onChange({ ...filter, who: null }) },
          ...(who.length > 0 ? (["line"] as const) : []),
          ...who.map((name) => ({ id: name, name, icon: UserIcon, run: () => onChange({ ...filter, who: name }) })),
        ]}
        trigger={
          <Button className="max-w-60 !shrink" title={filter.who ?? "Anyone"}>
            <span className="truncate">{filter.who ?? "Anyone"}</span>
            <Icon of={ChevronDownIcon} size={14} className="shrink-0 text-text-2" />
          </Button>
        }
      />
    </div>
  );
}
