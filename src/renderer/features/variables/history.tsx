import { ChevronRightIcon } from "lucide-react";
import { useState } from "react";
import { entryOf } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { useVariableHistory, type VariableScope } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { Age, Line, Skeleton } from "../../ui/text.tsx";

const words: Record<string, string> = { set: "set", removed: "removed", secret: "made secret" };

/** Who changed which variable when: asked for once somebody looks. */
export function VariableHistory({ server, scope }: { server: Server; scope: VariableScope }) {
  const [open, setOpen] = useState(false);
  return (
    <section aria-label="History of variables" className="mt-4">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="-mx-1.5 flex h-7 items-center gap-1.5 rounded-sm px-1.5 text-xs font-medium text-text-2 hover:text-text">
        <Icon of={ChevronRightIcon} size={14} className={classes("transition-transform", open && "rotate-90")} />
        History
      </button>
      {open && <Lines server={server} scope={scope} />}
    </section>
  );
}

function Lines({ server, scope }: { server: Server; scope: VariableScope }) {
  const history = useVariableHistory(server, scope);
  if (history.isError) return <ProblemNote problem={problemOf(history.error)} onRetry={() => void history.refetch()} />;
  if (history.data === undefined) return <Skeleton className="mt-2 h-16 !rounded-lg" />;
  if (history.data.length === 0) return <p className="mt-2 text-xs text-text-2">Nothing was changed since this server keeps a history.</p>;
  return (
    <ol className="mt-2 divide-y divide-line rounded-lg border border-line">
      {history.data.map(({ name, act, by, at }, index) => (
        <li key={`${at} ${name} ${index}`} className="flex min-h-8 items-center gap-3 px-3 text-xs">
          <Line mono className="w-[38%] shrink-0">
            {name}
          </Line>
          <span className="w-24 shrink-0 text-text-2">{entryOf(words, act) ?? act}</span>
          <Line className="flex-1 text-text-2">{by ?? "Somebody"}</Line>
          <Age at={at} className="text-text-2" />
        </li>
      ))}
    </ol>
  );
}
