import { BotIcon, ChevronRightIcon, UserIcon } from "lucide-react";
import { useId, type ReactNode } from "react";
import { entryOf, type AuditRow } from "@aeroplane/agent/contract";
import { exact } from "../../data/time.ts";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { CopyButton, ProblemLines } from "../../ui/note.tsx";
import { State, StepIcon, type StepState } from "../../ui/state.tsx";
import { Age } from "../../ui/text.tsx";
import { outcomeOf, whatOf, whoOf } from "./words.ts";

export const ROW = 41;

const icons: Record<string, StepState> = { ok: "done", failed: "failed", running: "running", cancelled: "cancelled" };

type Props = { row: AuditRow; open: boolean; onToggle: () => void; tabIndex: number; index: number; onFocus: () => void };

export function ActivityRow({ row, open, onToggle, tabIndex, index, onFocus }: Props) {
  const id = useId();
  const [what, who] = [whatOf(row), whoOf(row)];
  return (
    <div className={classes("border-b border-line", open && "bg-surface")}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-index={index}
        tabIndex={tabIndex}
        onFocus={onFocus}
        onClick={onToggle}
        className="flex h-10 w-full items-center gap-2.5 px-5 text-left hover:bg-hover focus-visible:-outline-offset-2"
      >
        <StepIcon state={entryOf(icons, row.outcome) ?? row.outcome} />
        <span title={what} className="min-w-0 flex-[3] truncate">
          {what}
        </span>
        {row.problem && (
          <span title={row.problem.message} className="min-w-0 flex-[2] truncate text-xs text-bad max-[1079px]:hidden">
            {row.problem.message}
          </span>
        )}
        <span className="flex w-44 shrink-0 items-center gap-2 text-text-2">
          <Icon of={row.login === null ? BotIcon : UserIcon} size={14} className="shrink-0" />
          <span title={row.desktop ? `${who} · ${row.desktop}` : who} className="min-w-0 truncate">
            {who}
            {row.desktop && <span className="text-text-3">{` · ${row.desktop}`}</span>}
          </span>
        </span>
        <Age at={row.at} ago className="w-22 text-right text-xs text-text-2" />
        <Icon of={ChevronRightIcon} size={14} className={classes("shrink-0 text-text-3 transition-transform duration-150", open && "rotate-90")} />
      </button>
      {open && <Details row={row} id={id} />}
    </div>
  );
}

function Details({ row, id }: { row: AuditRow; id: string }) {
  const { word, tone } = outcomeOf(row.outcome);
  const input = pretty(row.input);
  return (
    <div id={id} className="flex flex-col gap-3 px-5 pt-1 pb-4 pl-[54px]">
      <dl className="grid grid-cols-[112px_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        <Fact name="Outcome">
          <State tone={tone}>{word}</State>
          {row.problem && (
            <div className="mt-1 flex items-start gap-3">
              {/* Its figures are not kept: what needs them to be done is left out. */}
              <ProblemLines tone="plain" problem={{ ...row.problem, retry: false, values: {} }} className="flex-1" />
              <span className="shrink-0 font-mono text-[11px] text-text-2">{row.problem.code}</span>
            </div>
          )}
        </Fact>
        <Fact name="When">
          <span className="tabular">{exact(row.at)}</span>
        </Fact>
        {row.person !== null && <Fact name="Person">{row.person}</Fact>}
        {row.login !== null && (
          <Fact name="Login">
            <span className="font-mono text-xs">{row.login}</span>
          </Fact>
        )}
        {row.fingerprint !== null && (
          <Fact name="Key">
            <span className="font-mono text-xs">{row.fingerprint}</span>
            {/* An owner's key ends at sshd; the agent knows it by the desktop's word alone. */}
            {row.personId === null && <span className="text-text-2"> as the desktop says</span>}
          </Fact>
        )}
        {row.desktop !== null && <Fact name="Desktop">{row.desktop}</Fact>}
        <Fact name="Procedure">
          <span className="font-mono text-xs">{row.procedure}</span>
        </Fact>
      </dl>
      {input !== null && (
        <div className="flex items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
          <pre tabIndex={0} aria-label="Input" className="max-h-64 min-w-0 flex-1 overflow-auto py-1.5 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
            {input}
          </pre>
          <CopyButton text={input} label="Copy the input" />
        </div>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-text-2">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

/** As it was kept: secrets are gone from it since it was written. Null where there was none. */
function pretty(input: string): string | null {
  try {
    const value = JSON.parse(input) as unknown;
    if (value === null || (typeof value === "object" && Object.keys(value).length === 0)) return null;
    return JSON.stringify(value, null, 2);
  } catch {
    return input;
  }
}
