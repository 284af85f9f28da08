import { CheckIcon, ChevronRightIcon, CircleArrowUpIcon, HelpCircleIcon, TriangleAlertIcon, WrenchIcon, XIcon } from "lucide-react";
import { useId, useState } from "react";
import { entryOf, FIXES, type Check, type FixId } from "@aeroplane/agent/contract";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Commands } from "../../ui/commands.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { inGroups, nameOf, worstFirst } from "./summary.ts";

/** Bringing the server other parts; `refused`: why not. */
export type Update = { run: () => void; disabled: boolean; refused: string | null };
/** `refused`: why this person may not. */
export type Mend = { update: Update; run: (id: FixId) => void; running: FixId | null; disabled: boolean; refused: string | null };

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

/** A click that a newer agent offers and this window cannot ask for is shown off, and why. */
const isKnown = (id: string): id is FixId => (FIXES as readonly string[]).includes(id);

function Row({ check, mend }: { check: Check; mend?: Mend }) {
  const { title, state, detail, problem, fix } = check;
  const id = useId();
  // A failure is open at once: what to do must not be looked for.
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? state === "fail";
  const known = entryOf(looks, state);
  const look = known ?? { shape: HelpCircleIcon, ink: "text-text-3", word: state };
  // What is open says it itself, in full.
  const said = open && problem ? null : state === "ok" ? detail?.split("\n")[0] : (problem?.message ?? detail);
  // A state of a newer agent is shown by its own name.
  const told = known ? said : [state, said].filter(Boolean).join(" · ");
  const more = problem !== null || (detail !== null && detail !== "") || check.commands.length > 0 || fix !== null;
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
          {mend && problem && BY_UPDATE.has(problem.code) && (
            <div className="flex items-center gap-4">
              <p className="min-w-0 flex-1 text-xs text-text-2">{mend.update.refused ?? UPDATE}</p>
              <Button small icon={<Icon of={CircleArrowUpIcon} size={14} />} disabled={mend.update.disabled || mend.update.refused !== null} onClick={mend.update.run}>
                Update the parts
              </Button>
            </div>
          )}
          {fix && mend && (
            <div className="flex items-center gap-4">
              <p className="min-w-0 flex-1 text-xs text-text-2">{isKnown(fix.id) ? (mend.refused ?? fix.consequence) : `This app does not know how to ask for that${check.commands.length > 0 ? ": the commands do the same by hand" : ""}. Update the app.`}</p>
              <Button small icon={<Icon of={WrenchIcon} size={14} />} disabled={mend.disabled || mend.refused !== null || mend.running !== null || !isKnown(fix.id)} working={mend.running === fix.id} onClick={() => mend.run(fix.id as FixId)}>
                {fix.label}
              </Button>
            </div>
          )}
        </div>
      )}
    </li>
  );
}

/** Mended by other programs, which the app brings. */
const BY_UPDATE = new Set(["PART_KNOWN_BAD", "CADDY_OUTDATED", "BUILDX_OUTDATED"]);
const UPDATE =
  "Sends this app's programs to the server and tries them beside the ones that run. Healthy, they are kept: with another Caddy visitors wait for about a second and streams are cut. Else the ones before come back.";
