import { ClipboardPasteIcon, EyeIcon, EyeOffIcon, FileUpIcon, PencilIcon, PlusIcon, Trash2Icon } from "lucide-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Variable } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { useAct, useVariables, type VariableScope } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { uploadVariables } from "../../data/transfers.ts";
import { client } from "../../link.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { CopyButton, Empty, ProblemNote } from "../../ui/note.tsx";
import { Line, Skeleton } from "../../ui/text.tsx";
import { PasteForm } from "./paste-form.tsx";
import { VariableForm } from "./variable-form.tsx";

type Open = { form: "add" } | { form: "paste"; text: string } | { form: "edit"; name: string } | null;

/** Names in the open, values sealed until asked for. */
export function VariablesTab({ server, scope, about, empty }: { server: Server; scope: VariableScope; about: string; empty: string }) {
  const variables = useVariables(server, scope);
  const [open, setOpen] = useState<Open>(null);
  const upload = useMutation({ mutationFn: () => uploadVariables(server, scope) });
  const change = useAct(server, client.agent.variables.change);
  const away = !answers(server);
  const refused = refusedTo(server, "deployer");
  const save = (set: Record<string, string>, remove: string[] = []) =>
    change.mutateAsync({ ...scope, set, remove }).then(() => setOpen(null));
  const names = variables.data?.map((each) => each.name) ?? [];
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto p-5">
      <div className="mb-3 flex items-center gap-2">
        <p className="min-w-0 flex-1 text-xs text-text-2">{about}</p>
        <Button small kind="quiet" icon={<Icon of={ClipboardPasteIcon} size={14} />} disabled={away} refused={refused} onClick={() => setOpen({ form: "paste", text: "" })}>
          Paste .env
        </Button>
        <Button small kind="quiet" icon={<Icon of={FileUpIcon} size={14} />} disabled={away} refused={refused} working={upload.isPending} onClick={() => upload.mutate()}>
          Upload a file
        </Button>
        <Button small icon={<Icon of={PlusIcon} size={14} />} disabled={away} refused={refused} onClick={() => setOpen({ form: "add" })}>
          Add a variable
        </Button>
      </div>
      {open?.form === "add" && (
        <VariableForm taken={names} save={save} onPaste={(text) => setOpen({ form: "paste", text })} onClose={() => setOpen(null)} />
      )}
      {open?.form === "paste" && <PasteForm initial={open.text} known={names} save={save} onClose={() => setOpen(null)} />}
      {change.isError && !open && (
        <div className="mb-3">
          <ProblemNote problem={problemOf(change.error)} />
        </div>
      )}
      {upload.isError && (
        <div className="mb-3">
          <ProblemNote problem={problemOf(upload.error)} onRetry={() => upload.mutate()} />
        </div>
      )}
      {variables.isError && <ProblemNote problem={problemOf(variables.error)} onRetry={() => void variables.refetch()} />}
      {variables.isLoading && <Skeleton className="h-28 !rounded-lg" />}
      {variables.data?.length === 0 && !open && (
        <Empty title="No variable yet">{empty}</Empty>
      )}
      {variables.data && variables.data.length > 0 && (
        <ul aria-label="Variables" className="divide-y divide-line rounded-lg border border-line">
          {variables.data.map((variable) => (
            <li key={variable.name}>
              {open?.form === "edit" && open.name === variable.name ? (
                <VariableForm server={server} scope={scope} name={variable.name} taken={[]} save={save} onClose={() => setOpen(null)} />
              ) : (
                <Row
                  server={server}
                  scope={scope}
                  variable={variable}
                  away={away}
                  onEdit={() => setOpen({ form: "edit", name: variable.name })}
                  onRemove={() => void save({}, [variable.name]).catch(() => {})}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type RowProps = { server: Server; scope: VariableScope; variable: Variable; away: boolean; onEdit: () => void; onRemove: () => void };

function Row({ server, scope, variable, away, onEdit, onRemove }: RowProps) {
  const [value, setValue] = useState<string | null>(null);
  const [asked, setAsked] = useState(false);
  const refused = refusedTo(server, "deployer");
  const reveal = useAct(server, client.agent.variables.reveal);
  const show = () => void reveal.mutateAsync({ ...scope, name: variable.name }).then((shown) => setValue(shown.value), () => {});
  return (
    <div className="flex min-h-11 items-center gap-1 py-1 pr-1.5 pl-3">
      <Line mono className="w-[38%] shrink-0 font-medium">
        {variable.name}
      </Line>
      <span className="min-w-0 flex-1 px-2">
        {reveal.isError ? (
          <Line className="text-xs text-bad">{problemOf(reveal.error).message}</Line>
        ) : value === null ? (
          <span className="flex items-baseline gap-2 text-xs">
            <span aria-hidden className="shrink-0 font-mono tracking-widest text-text-3">
              ••••••••
            </span>
            <span className="sr-only">sealed</span>
            {variable.refers.length > 0 && <Line className="text-text-2">{`refers to ${variable.refers.map((name) => `shared.${name}`).join(", ")}`}</Line>}
          </span>
        ) : (
          <span className="block max-h-24 overflow-auto font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">{value === "" ? "(empty)" : value}</span>
        )}
      </span>
      {asked ? (
        <>
          <Button small kind="danger" autoFocus onClick={onRemove}>
            Remove
          </Button>
          <Button small kind="quiet" onClick={() => setAsked(false)}>
            Keep
          </Button>
        </>
      ) : (
        <>
          {value !== null && <CopyButton text={value} label={`Copy the value of ${variable.name}`} />}
          <IconButton label={value === null ? `Reveal ${variable.name}` : `Hide ${variable.name}`} disabled={away} refused={refused} onClick={() => (value === null ? show() : setValue(null))}>
            <Icon of={value === null ? EyeIcon : EyeOffIcon} />
          </IconButton>
          <IconButton label={`Edit ${variable.name}`} disabled={away} refused={refused} onClick={onEdit}>
            <Icon of={PencilIcon} />
          </IconButton>
          <IconButton label={`Remove ${variable.name}`} disabled={away} refused={refused} onClick={() => setAsked(true)}>
            <Icon of={Trash2Icon} />
          </IconButton>
        </>
      )}
    </div>
  );
}
