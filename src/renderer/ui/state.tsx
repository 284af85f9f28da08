import { CircleIcon, CheckIcon, HelpCircleIcon, LoaderIcon, MinusIcon, XIcon } from "lucide-react";
import type { ReactNode } from "react";
import { entryOf } from "@aeroplane/agent/contract";
import type { Tone } from "../data/servers.ts";
import { classes } from "./classes.ts";
import { Icon } from "./icon.tsx";

const dots: Record<Tone, string> = { ok: "bg-ok", warn: "bg-warn", bad: "bg-bad", idle: "bg-text-3" };
const texts: Record<Tone, string> = { ok: "text-ok", warn: "text-warn", bad: "text-bad", idle: "text-text-2" };

export function Dot({ tone, className }: { tone: Tone; className?: string }) {
  return <span aria-hidden className={classes("size-[7px] shrink-0 rounded-full", dots[tone], className)} />;
}

/** A state is always a dot and a word; that of a newer agent may be a long one. */
export function State({ tone, shrink, children }: { tone: Tone; /** Where it has to share its line. */ shrink?: boolean; children: string }) {
  return (
    <span title={shrink || children.length > 18 ? children : undefined} className={classes("inline-flex max-w-52 items-center gap-1.5 text-xs font-medium whitespace-nowrap", shrink ? "min-w-0" : "shrink-0", texts[tone])}>
      <Dot tone={tone} />
      <span className="truncate">{children}</span>
    </span>
  );
}

export type StepState = "waiting" | "running" | "done" | "skipped" | "failed" | "cancelled";

const stepWords: Record<string, string> = {
  waiting: "waits",
  running: "running",
  done: "done",
  skipped: "skipped",
  failed: "failed",
  cancelled: "cancelled",
};

/** The state of a step that this window does not know, to be written beside its sign; null: the sign says it. */
export const strangeStep = (state: string): string | null => (Object.hasOwn(stepWords, state) ? null : state);

export function StepIcon({ state, tone = "warn" }: { state: StepState | (string & {}); tone?: "warn" | "accent" }) {
  const shapes: Record<string, ReactNode> = {
    waiting: <Icon of={CircleIcon} className="text-text-3" />,
    running: <Icon of={LoaderIcon} className={classes("turning", tone === "warn" ? "text-warn" : "text-accent")} />,
    done: <Icon of={CheckIcon} className="text-ok" />,
    skipped: <Icon of={MinusIcon} className="text-text-3" />,
    failed: <Icon of={XIcon} className="text-bad" />,
    cancelled: <Icon of={MinusIcon} className="text-text-3" />,
  };
  return (
    <span className="flex size-5 shrink-0 items-center justify-center">
      {entryOf(shapes, state) ?? <Icon of={HelpCircleIcon} className="text-text-3" />}
      <span className="sr-only">{entryOf(stepWords, state) ?? state}</span>
    </span>
  );
}

export function Bar({ value, tone = "warn", label }: { value: number | null; tone?: "warn" | "grey"; label: string }) {
  const percent = value === null ? undefined : Math.round(value * 100);
  return (
    <div
      role={tone === "grey" ? "meter" : "progressbar"}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="h-1 w-full overflow-hidden rounded-full bg-line"
    >
      <div
        className={classes(
          "h-full w-full origin-left rounded-full transition-transform duration-150",
          tone === "warn" ? "bg-warn" : "bg-text-2",
          value === null && "animate-pulse opacity-60",
        )}
        style={{ transform: `scaleX(${value ?? 1})` }}
      />
    </div>
  );
}
