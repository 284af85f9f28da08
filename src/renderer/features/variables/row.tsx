import { EyeIcon, EyeOffIcon, LockIcon, PencilIcon, Trash2Icon, Undo2Icon } from "lucide-react";
import { useState } from "react";
import { readWritten, type Variable } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { useAct, type VariableScope } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { client } from "../../link.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { StagedMark } from "../../ui/mark.tsx";
import { CopyButton, ProblemLines } from "../../ui/note.tsx";
import { Line } from "../../ui/text.tsx";
import { canRestage, stagedValue, type Listed } from "../staged/rows.ts";
import { rowWord } from "../staged/words.ts";
import { isSecret } from "./secret.ts";

const asReference = (written: string) => {
  const { owner, name } = readWritten(written);
  return `${owner}.${name}`;
};

/** Nothing, or one line. */
const refersOf = ({ refers }: Variable) => (refers.length === 0 ? [] : [`refers to ${refers.map(asReference).join(", ")}`]);

type Props = { server: Server; scope: VariableScope; listed: Listed; away: boolean; onEdit: () => void; onRemove: () => void; onTakeBack: () => void };

/** One variable, as a deploy of what is staged would make it: its name in the open, its value sealed until asked for. */
export function VariableRow({ server, scope, listed, away, onEdit, onRemove, onTakeBack }: Props) {
  const { variable, row, isNew } = listed;
  const removed = row?.act === "removed";
  const staged = stagedValue(row);
  const [shown, setShown] = useState<{ value: string | null; of: number } | null>(null);
  const [seen, setSeen] = useState(false);
  // It may have become secret or another one since it was revealed, also elsewhere.
  const value = isSecret(variable) || removed ? null : staged !== null ? (seen ? staged : null) : shown?.of === variable.updatedAt ? shown.value : null;
  const [asked, setAsked] = useState<"remove" | "take back" | null>(null);
  const [removing, setRemoving] = useState(false);
  const refused = refusedTo(server, "deployer");
  const reveal = useAct(server, client.agent.variables.reveal);
  const hide = () => (setShown(null), setSeen(false));
  const remove = () => {
    setAsked(null);
    // The row stays, to be taken back; so does the keyboard.
    setRemoving(true);
    onRemove();
  };
  // What is staged came with the list.
  const show = () => (staged === null ? ask() : setSeen(true));
  const ask = () => void reveal.mutateAsync({ ...scope, name: variable.name }).then((found) => setShown({ value: found.value, of: variable.updatedAt }), () => {});
  return (
    <div className="flex min-h-11 items-center gap-1 py-1 pr-1.5 pl-3">
      <span className="flex w-[38%] shrink-0 items-center gap-2">
        <Line mono className={classes("font-medium", removed && "text-text-2 line-through")}>
          {variable.name}
        </Line>
        {row && <StagedMark word={rowWord(row, isNew)} by={row.by} at={row.at} />}
      </span>
      <span className="min-w-0 flex-1 px-2">
        {reveal.isError ? (
          <ProblemLines problem={problemOf(reveal.error)} />
        ) : removed ? (
          <Line className="text-xs text-text-2">Goes with the next deploy of what is staged</Line>
        ) : isSecret(variable) ? (
          <span className="flex items-center gap-1.5 text-xs text-text-2">
            <Icon of={LockIcon} size={13} className="shrink-0 text-text-3" />
            <Line className="text-text-2">{["Secret", ...refersOf(variable)].join(" · ")}</Line>
          </span>
        ) : value === null ? (
          <span className="flex items-baseline gap-2 text-xs">
            <span aria-hidden className="shrink-0 font-mono tracking-widest text-text-3">
              ••••••••
            </span>
            <span className="sr-only">sealed</span>
            {refersOf(variable).map((words) => (
              <Line key={words} className="text-text-2">
                {words}
              </Line>
            ))}
          </span>
        ) : (
          <span className="block max-h-24 overflow-auto font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">{value === "" ? "(empty)" : value}</span>
        )}
      </span>
      {asked ? (
        <>
          <Button small kind="danger" autoFocus onClick={asked === "remove" ? remove : () => (setAsked(null), onTakeBack())}>
            {asked === "remove" ? "Remove" : "Discard the new value"}
          </Button>
          <Button small kind="quiet" onClick={() => setAsked(null)}>
            Keep
          </Button>
        </>
      ) : (
        <>
          {value !== null && <CopyButton text={value} label={`Copy the value of ${variable.name}`} />}
          {!isSecret(variable) && !removed && (
            <IconButton label={value === null ? `Reveal ${variable.name}` : `Hide ${variable.name}`} disabled={away} refused={refused} onClick={() => (value === null ? show() : hide())}>
              <Icon of={value === null ? EyeIcon : EyeOffIcon} />
            </IconButton>
          )}
          {row && !isNew && (
            <IconButton label={`Take back the change of ${variable.name}`} disabled={away} refused={refused} autoFocus={removing} onClick={() => (canRestage(row) ? onTakeBack() : setAsked("take back"))}>
              <Icon of={Undo2Icon} />
            </IconButton>
          )}
          {!removed && (
            <>
              <IconButton label={`Edit ${variable.name}`} disabled={away} refused={refused} onClick={onEdit}>
                <Icon of={PencilIcon} />
              </IconButton>
              <IconButton label={`Remove ${variable.name}`} disabled={away} refused={refused} onClick={() => setAsked("remove")}>
                <Icon of={Trash2Icon} />
              </IconButton>
            </>
          )}
        </>
      )}
    </div>
  );
}
