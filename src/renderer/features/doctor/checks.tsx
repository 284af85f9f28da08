import { CheckIcon, ChevronRightIcon, HelpCircleIcon, TriangleAlertIcon, WrenchIcon, XIcon } from "lucide-react";
import { useId, useState } from "react";
import { FIXES, type Check, type FixId } from "@aeroplane/agent/contract";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { CopyButton, ProblemNote } from "../../ui/note.tsx";
import { inGroups, nameOf, worstFirst } from "./summary.ts";

/** `refused`: why this person may not. */
export type Mend = { run: (id: FixId) => void; running: FixId | null; disabled: boolean; refused: string | null };

/**
 * Checks of any origin: of a running server, or of one that is about to be prepared (then without `mend`). What needs a
 * person stands first, the rest in its groups.
 */
export function Checks({ checks, mend }: { checks: Check[]; mend?: Mend }) {
  const wrong = worstFirst(checks.filter(({ state }) => state !== "ok"));
  const fine = inGroups(checks.filter(({ state }) => state === "ok"));
  return (
    <>
      {wrong.length > 0 && <Group name="Needs attention" checks={wrong} mend={mend} />}
      {fine.map(([group, list]) => (
        <Group key={group} name={nameOf(group)} checks={list} mend={mend} />
      ))}
    </>
  );
}

function Group({ name, checks, mend }: { name: string; checks: Check[]; mend?: Mend }) {
  return (
    <section aria-label={name}>
      <h3 className="mb-2 text-xs font-medium text-text-2">{name}</h3>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-card">
        {checks.map((check) => (
          <Row key={check.id} check={check} mend={mend} />
        ))}
      </ul>
    </section>
  );
}

const looks: Record<string, { shape: typeof CheckIcon; ink: string; word: string }> = {
  ok: { shape: CheckIcon, ink: "text-ok", word: "fine" },
  warn: { shape: TriangleAlertIcon, ink: "text-warn", word: "warning" },
  fail: { shape: XIcon, ink: "text-bad", word: "failed" },
  unknown: { shape: HelpCircleIcon, ink: "text-text-3", word: "no answer" },
};

/** A click that a newer agent offers and this window cannot ask for is not offered; the commands are. */
const isKnown = (id: string): id is FixId => (FIXES as readonly string[]).includes(id);

function Row({ check, mend }: { check: Check; mend?: Mend }) {
  const { title, state, detail, problem, fix } = check;
  const id = useId();
  // A failure is open at once: what to do must not be looked for.
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? state === "fail";
  const look = looks[state] ?? { shape: HelpCircleIcon, ink: "text-text-3", word: state };
  // What is open says it itself, in full.
  const told = open && problem ? null : state === "ok" ? detail?.split("\n")[0] : (problem?.message ?? detail);
  const more = problem !== null || (detail !== null && detail !== "");
  return (
    <li>
      <button
        type="button"
        aria-expanded={more ? open : undefined}
        aria-controls={more && open ? id : undefined}
        disabled={!more}
        onClick={() => setChosen(!open)}
        className="flex min-h-10 w-full items-center gap-2.5 rounded-lg px-4 py-1.5 text-left enabled:hover:bg-hover focus-visible:-outline-offset-2"
      >
        <span className="flex size-5 shrink-0 items-center justify-center">
          <Icon of={look.shape} className={look.ink} />
          <span className="sr-only">{look.word}</span>
        </span>
        <span title={title} className="w-56 shrink-0 truncate">
          {title}
        </span>
        <span title={told ?? undefined} className={classes("tabular min-w-0 flex-1 truncate", state === "fail" ? "text-bad" : state === "warn" ? "text-warn" : "text-text-2")}>
          {told}
        </span>
        {fix && <Icon of={WrenchIcon} size={14} className="shrink-0 text-text-3" />}
        {more && <Icon of={ChevronRightIcon} size={14} className={classes("shrink-0 text-text-3 transition-transform duration-150", open && "rotate-90")} />}
      </button>
      {more && open && (
        <div id={id} className="flex flex-col gap-3 px-4 pt-1 pb-4 pl-[46px]">
          {detail && <p className="tabular whitespace-pre-wrap text-text-2 [overflow-wrap:anywhere]">{detail}</p>}
          {problem && <ProblemNote problem={problem} tone={state === "fail" ? "bad" : "warn"} detail />}
          {check.commands.length > 0 && <Commands lines={check.commands} />}
          {fix && mend && isKnown(fix.id) && (
            <div className="flex items-center gap-4">
              <p className="min-w-0 flex-1 text-xs text-text-2">{mend.refused ?? fix.consequence}</p>
              <Button small icon={<Icon of={WrenchIcon} size={14} />} disabled={mend.disabled || mend.refused !== null || mend.running !== null} working={mend.running === fix.id} onClick={() => mend.run(fix.id as FixId)}>
                {fix.label}
              </Button>
            </div>
          )}
        </div>
      )}
    </li>
  );
}

/** To be run on the server as root. */
function Commands({ lines }: { lines: string[] }) {
  return (
    <div className="flex items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
      <pre tabIndex={0} aria-label="Commands" className="min-w-0 flex-1 py-1.5 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
        {lines.join("\n")}
      </pre>
      <CopyButton text={lines.join("\n")} label={lines.length === 1 ? "Copy the command" : "Copy the commands"} />
    </div>
  );
}
