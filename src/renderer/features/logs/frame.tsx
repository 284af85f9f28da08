import { ArrowDownIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Trouble } from "./buffer.ts";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { ProblemLines } from "../../ui/note.tsx";

/** What holds a log: a bar, or several, and its lines. */
export function LogFrame({ label, className, children }: { label: string; className?: string | undefined; children: ReactNode }) {
  return (
    <section aria-label={label} className={classes("relative flex min-h-0 flex-col overflow-hidden rounded-lg border border-line bg-sunken", className)}>
      {children}
    </section>
  );
}

export function LogBar({ children }: { children: ReactNode }) {
  return <div className="rings-inside flex min-h-[34px] shrink-0 items-center gap-2 border-b border-line px-3 text-text-2">{children}</div>;
}

/** Lines that came while somebody read further up; leads to them. */
export function NewLines({ count, onClick }: { count: number; onClick: () => void }) {
  if (count === 0) return null;
  return (
    <button
      type="button"
      onClick={onClick}
      className="tabular absolute bottom-3 left-1/2 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full bg-raised px-3 text-xs font-medium shadow-float ring-1 ring-edge"
    >
      <Icon of={ArrowDownIcon} size={14} />
      {count === 1 ? "1 new line" : `${count} new lines`}
    </button>
  );
}

/** Why nothing comes, or nothing earlier. */
export function TroubleBar({ trouble: { problem, again } }: { trouble: Pick<Trouble, "problem" | "again"> }) {
  return (
    <div role="status" className="max-h-1/2 shrink-0 overflow-y-auto border-b border-line bg-warn-tint px-3 py-2">
      <ProblemLines tone="plain" problem={problem} {...(again ? { onRetry: again } : {})} />
    </div>
  );
}

/** Over the first lines: that earlier ones are asked for. */
export function Asking() {
  return (
    <div role="status" className="absolute top-[76px] left-1/2 z-10 flex min-h-7 max-w-[90%] -translate-x-1/2 items-center rounded-full bg-raised px-3 text-xs shadow-float ring-1 ring-edge">
      Looking at earlier lines…
    </div>
  );
}
