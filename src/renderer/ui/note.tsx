import { InfoIcon, TriangleAlertIcon, CopyIcon, CircleAlertIcon } from "lucide-react";
import { createContext, useContext, useState, type ReactNode } from "react";
import type { Act, Problem } from "@aeroplane/agent/contract";
import { detailsOf } from "../data/problem.ts";
import { Button, IconButton } from "./button.tsx";
import { CheckIcon } from "lucide-react";
import { classes } from "./classes.ts";
import { Icon } from "./icon.tsx";

const looks = {
  info: { box: "bg-accent-tint", icon: "text-accent", shape: InfoIcon },
  warn: { box: "bg-warn-tint", icon: "text-warn", shape: TriangleAlertIcon },
  bad: { box: "bg-bad-tint", icon: "text-bad", shape: CircleAlertIcon },
};

export function Note({ tone = "info", children, actions }: { tone?: keyof typeof looks; children: ReactNode; actions?: ReactNode }) {
  const look = looks[tone];
  return (
    <div role={tone === "bad" ? "alert" : "note"} className={classes("flex gap-2.5 rounded-md px-3 py-2.5", look.box)}>
      <Icon of={look.shape} className={classes("mt-0.5 shrink-0", actions ? "self-center !mt-0" : "", look.icon)} />
      <div className={classes("min-w-0 flex-1 [overflow-wrap:anywhere]", actions ? "self-center" : "")}>{children}</div>
      {actions && <div className="flex shrink-0 items-start gap-2">{actions}</div>}
    </div>
  );
}

export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}

function useCopied() {
  const [copied, setCopied] = useState(false);
  const copy = (text: string) =>
    void copyText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1600);
    });
  return { copied, copy };
}

export function CopyButton({ text, label }: { text: string | (() => string); label: string }) {
  const { copied, copy } = useCopied();
  return (
    <IconButton label={copied ? "Copied" : label} onClick={() => copy(typeof text === "string" ? text : text())}>
      <Icon of={copied ? CheckIcon : CopyIcon} />
    </IconButton>
  );
}

type StepsProps = { problem: Problem; /** These have buttons of the place's own already. */ except: readonly Act[] };
const none: readonly Act[] = [];
/** What is pressed to mend something; the window says how, since it knows every act. */
export const StepsOf = createContext<(props: StepsProps) => ReactNode>(() => null);

type ProblemNoteProps = {
  problem: Problem;
  tone?: "bad" | "warn";
  onRetry?: () => void;
  retryWord?: string;
  /** What the buttons given here do, where it is more than asking once more. */ own?: readonly Act[];
  detail?: boolean;
  actions?: ReactNode;
};

/** An error is four parts: what happened, what to do now, the buttons that do it, and the technical text to copy. */
export function ProblemNote(props: ProblemNoteProps) {
  const { problem, tone = "bad" } = props;
  const steps = useContext(StepsOf);
  const { copied, copy } = useCopied();
  return (
    <Note tone={tone}>
      <p className="font-medium">{problem.message}</p>
      <p className="text-text-2">{problem.next}</p>
      {props.detail && problem.detail && (
        <pre className="mt-2 max-h-40 overflow-auto rounded-sm bg-surface/70 p-2 font-mono text-xs whitespace-pre-wrap" tabIndex={0} aria-label="Details">
          {problem.detail}
        </pre>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2">
        {props.onRetry && (
          <Button small onClick={props.onRetry}>
            {props.retryWord ?? "Try again"}
          </Button>
        )}
        {steps({ problem, except: props.own ?? none })}
        {props.actions}
        <Button small kind="quiet" className="-ml-0.5 !text-text-2" onClick={() => copy(detailsOf(problem))}>
          {copied ? "Copied" : "Copy details"}
        </Button>
        <span className="ml-auto font-mono text-[11px] text-text-2">{problem.code}</span>
      </div>
    </Note>
  );
}

/** The same in the place of a card: what happened and its buttons; what to do now is a tooltip, for which there is no room. */
export function ProblemCard({ problem, onRetry, retryWord }: Required<Pick<ProblemNoteProps, "problem" | "onRetry" | "retryWord">>) {
  const { copied, copy } = useCopied();
  return (
    <div role="alert" title={problem.next} className="flex h-full flex-col justify-between rounded-lg border border-line bg-bad-tint px-3.5 py-3">
      <div className="flex gap-2">
        <Icon of={CircleAlertIcon} className="mt-0.5 shrink-0 text-bad" />
        <p className="line-clamp-3 min-w-0 font-medium [overflow-wrap:anywhere]">{problem.message}</p>
      </div>
      <div className="flex items-center gap-2">
        <Button small onClick={onRetry}>
          {retryWord}
        </Button>
        <Button small kind="quiet" className="!text-text-2" onClick={() => copy(detailsOf(problem))}>
          {copied ? "Copied" : "Copy details"}
        </Button>
      </div>
    </div>
  );
}

type LinesProps = Pick<ProblemNoteProps, "problem" | "own" | "onRetry"> & { tone?: "bad" | "plain"; className?: string };

/** The same where a row or a bar is all the room there is: what happened, what to do now, and the buttons that do it. */
export function ProblemLines({ problem, own = none, onRetry, tone = "bad", className }: LinesProps) {
  const steps = useContext(StepsOf);
  return (
    <div className={classes("min-w-0 text-xs [overflow-wrap:anywhere]", className)}>
      <p className={tone === "bad" ? "text-bad" : "text-text"}>{problem.message}</p>
      <p className="text-text-2">{problem.next}</p>
      <div className="mt-1.5 flex flex-wrap items-center gap-2 empty:hidden">
        {onRetry && (
          <Button small onClick={onRetry}>
            Try again
          </Button>
        )}
        {steps({ problem, except: own })}
      </div>
    </div>
  );
}

/** Nothing is here yet: one sentence, one act. */
export function Empty({ title, children, act }: { title: string; children?: ReactNode; act?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-1 px-6 py-16 text-center">
      <h2 className="text-base font-semibold">{title}</h2>
      {children && <p className="max-w-[52ch] text-balance text-text-2 [overflow-wrap:anywhere]">{children}</p>}
      {act && <div className="mt-4">{act}</div>}
    </div>
  );
}
