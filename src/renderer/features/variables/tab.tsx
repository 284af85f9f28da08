import { ClipboardPasteIcon, EyeIcon, EyeOffIcon, FileUpIcon, LockIcon, PencilIcon, PlusIcon, Trash2Icon } from "lucide-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { readWritten, type Variable } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { useAct, useVariables, type VariableScope } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { uploadVariables } from "../../data/transfers.ts";
import { changeDraft, dropDraft, formsOf, withField, type Forms, type Of } from "../../drafts/drafts.ts";
import { client } from "../../link.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { CopyButton, Empty, ProblemLines, ProblemNote } from "../../ui/note.tsx";
import { Line, Skeleton } from "../../ui/text.tsx";
import { ConfirmDialog } from "../confirm.tsx";
import { VariableHistory } from "./history.tsx";
import { PasteForm } from "./paste-form.tsx";
import { isSecret, keepsSecrets, notKept } from "./secret.ts";
import { VariableForm } from "./variable-form.tsx";

const asReference = (written: string) => {
  const { owner, name } = readWritten(written);
  return `${owner}.${name}`;
};

/** Nothing, or one line. */
const refersOf = ({ refers }: Variable) => (refers.length === 0 ? [] : [`refers to ${refers.map(asReference).join(", ")}`]);

type Open = { form: "variable" } | { form: "paste" } | { form: "values"; name: string };

/** The form in which something stands, if any. */
function begun({ variable, paste, values }: Partial<Forms>): Open | null {
  const [name] = Object.keys(values ?? {});
  if (variable) return { form: "variable" };
  if (paste) return { form: "paste" };
  return name === undefined ? null : { form: "values", name };
}

const isSame = (one: Open | null, other: Open) => one?.form === other.form && (one.form !== "values" || other.form !== "values" || one.name === other.name);

const typedIn = (of: Of, open: Open) => (open.form === "values" ? formsOf(of).values?.[open.name] : formsOf(of)[open.form]);

const drop = (of: Of, open: Open) =>
  open.form === "values" ? changeDraft(of, "values", (before) => withField(before, open.name, undefined)) : dropDraft(of, open.form);

/** Names in the open, values sealed until asked for. */
export function VariablesTab({ server, scope, about, empty }: { server: Server; scope: VariableScope; about: string; empty: string }) {
  const variables = useVariables(server, scope);
  const of: Of = { serverId: server.id, ...scope };
  const [open, setOpen] = useState(() => begun(formsOf(of)));
  const [asking, setAsking] = useState(false);
  const upload = useMutation({ mutationFn: () => uploadVariables(server, scope) });
  const change = useAct(server, client.agent.variables.change);
  const away = !answers(server);
  const refused = refusedTo(server, "deployer");
  const ask = (set: Record<string, string>, { remove = [], secret = [] }: { remove?: string[]; secret?: string[] } = {}) => change.mutateAsync({ ...scope, set, remove, secret });
  /** Saved or undone; another one that was begun and left is shown again. */
  const end = (form: Open) => {
    drop(of, form);
    setOpen((now) => (isSame(now, form) ? begun(formsOf(of)) : now));
  };
  const save = async (form: Open, set: Record<string, string>, secret: string[] = []) => {
    const sent = typedIn(of, form);
    await ask(set, { secret });
    // What was typed meanwhile was not sent.
    if (typedIn(of, form) === sent) end(form);
  };
  const props = (form: Open) => ({ of, save: (set: Record<string, string>, secret?: string[]) => save(form, set, secret), onClose: () => end(form) });
  const paste = (text: string) => {
    changeDraft(of, "paste", () => text);
    setOpen({ form: "paste" });
  };
  const names = variables.data?.map((each) => each.name) ?? [];
  const mayBeSecret = keepsSecrets(variables.data ?? []);
  const unkept = change.data ? notKept(change.variables?.secret ?? [], change.data) : [];
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto p-5">
      <div className="mb-3 flex items-center gap-2">
        <p className="min-w-0 flex-1 text-xs text-text-2">{about}</p>
        <Button small kind="quiet" icon={<Icon of={ClipboardPasteIcon} size={14} />} disabled={away} refused={refused} onClick={() => setOpen({ form: "paste" })}>
          Paste .env
        </Button>
        <Button small kind="quiet" icon={<Icon of={FileUpIcon} size={14} />} disabled={away} refused={refused} working={upload.isPending} onClick={() => (names.length > 0 ? setAsking(true) : upload.mutate())}>
          Upload a file
        </Button>
        <Button small icon={<Icon of={PlusIcon} size={14} />} disabled={away} refused={refused} onClick={() => setOpen({ form: "variable" })}>
          Add a variable
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title="Upload a file of variables"
          about="Where the file names one of these, its value is replaced, and the one before cannot be brought back. Others stay as they are."
          goes={[`${names.length === 1 ? "1 variable" : `${names.length} variables`} that the file may replace: ${names.join(", ")}`]}
          name={null}
          word="Choose the file"
          act={async () => upload.mutate()}
          onClose={() => setAsking(false)}
        />
      )}
      {open?.form === "variable" && <VariableForm server={server} {...props(open)} mayBeSecret={mayBeSecret} taken={names} onPaste={paste} />}
      {open?.form === "paste" && <PasteForm {...props(open)} known={names} />}
      {change.isError && !open && (
        <div className="mb-3">
          <ProblemNote problem={problemOf(change.error)} />
        </div>
      )}
      {unkept.map((problem) => (
        <div key={problem.values.variable} className="mb-3">
          <ProblemNote problem={problem} />
        </div>
      ))}
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
              {open?.form === "values" && open.name === variable.name ? (
                <VariableForm server={server} {...props(open)} name={variable.name} secret={isSecret(variable)} mayBeSecret={mayBeSecret} taken={[]} />
              ) : (
                <Row
                  server={server}
                  scope={scope}
                  variable={variable}
                  away={away}
                  onEdit={() => setOpen({ form: "values", name: variable.name })}
                  onRemove={() => void ask({}, { remove: [variable.name] }).then(() => end({ form: "values", name: variable.name }), () => {})}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <VariableHistory server={server} scope={scope} />
    </div>
  );
}

type RowProps = { server: Server; scope: VariableScope; variable: Variable; away: boolean; onEdit: () => void; onRemove: () => void };

function Row({ server, scope, variable, away, onEdit, onRemove }: RowProps) {
  const [shown, setShown] = useState<string | null>(null);
  // It may have become secret since it was revealed, also elsewhere.
  const value = isSecret(variable) ? null : shown;
  const [asked, setAsked] = useState(false);
  const refused = refusedTo(server, "deployer");
  const reveal = useAct(server, client.agent.variables.reveal);
  const show = () => void reveal.mutateAsync({ ...scope, name: variable.name }).then((found) => setShown(found.value), () => {});
  return (
    <div className="flex min-h-11 items-center gap-1 py-1 pr-1.5 pl-3">
      <Line mono className="w-[38%] shrink-0 font-medium">
        {variable.name}
      </Line>
      <span className="min-w-0 flex-1 px-2">
        {reveal.isError ? (
          <ProblemLines problem={problemOf(reveal.error)} />
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
          {!isSecret(variable) && (
            <IconButton label={value === null ? `Reveal ${variable.name}` : `Hide ${variable.name}`} disabled={away} refused={refused} onClick={() => (value === null ? show() : setShown(null))}>
              <Icon of={value === null ? EyeIcon : EyeOffIcon} />
            </IconButton>
          )}
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
