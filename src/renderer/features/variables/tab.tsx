import { ClipboardPasteIcon, FileUpIcon, PlusIcon } from "lucide-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Problem } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { takeBack } from "../../actions/stage-acts.ts";
import { useAct, useVariables, type VariableScope } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { saveVariables, useStaged } from "../../data/staged.ts";
import { uploadVariables } from "../../data/transfers.ts";
import { changeDraft, dropDraft, formsOf, withField, type Forms, type Of } from "../../drafts/drafts.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { ConfirmDialog } from "../confirm.tsx";
import { listedOf, rowsOf, stagedValue, type Listed } from "../staged/rows.ts";
import { VariableHistory } from "./history.tsx";
import { PasteForm } from "./paste-form.tsx";
import { VariableRow } from "./row.tsx";
import { isSecret, keepsSecrets, notKept } from "./secret.ts";
import { VariableForm } from "./variable-form.tsx";

/** Of an agent without a stage: it is said before a file is chosen. */
const REPLACED = "Where the file names one of these, its value is replaced, and the one before cannot be brought back. Others stay as they are.";

type Open = { form: "variable" } | { form: "paste" } | { form: "values"; name: string };

/** The form in which something stands, if any. */
function begun({ variable, paste, values }: Partial<Forms>): Open | null {
  const [name] = Object.keys(values ?? {});
  if (variable) return { form: "variable" };
  if (paste) return { form: "paste" };
  return name === undefined ? null : { form: "values", name };
}

const valuesOf = ({ variable }: Listed): Open => ({ form: "values", name: variable.name });

const isSame = (one: Open | null, other: Open) => one?.form === other.form && (one.form !== "values" || other.form !== "values" || one.name === other.name);

const typedIn = (of: Of, open: Open) => (open.form === "values" ? formsOf(of).values?.[open.name] : formsOf(of)[open.form]);

const drop = (of: Of, open: Open) =>
  open.form === "values" ? changeDraft(of, "values", (before) => withField(before, open.name, undefined)) : dropDraft(of, open.form);

/** Names in the open, values sealed until asked for. */
export function VariablesTab({ server, scope, about, empty }: { server: Server; scope: VariableScope; /** What they are for. */ about?: string; empty: string }) {
  const variables = useVariables(server, scope);
  const staged = useStaged(server, scope.environmentId).data;
  const of: Of = { serverId: server.id, ...scope };
  const [open, setOpen] = useState(() => begun(formsOf(of)));
  const [asking, setAsking] = useState(false);
  const upload = useMutation({ mutationFn: () => uploadVariables(server, scope) });
  const change = useAct(server, (edits: { set: Record<string, string>; remove: string[]; secret: string[] }) => saveVariables(server.id, scope, edits));
  const away = !answers(server);
  const refused = refusedTo(server, "deployer");
  const [unkept, setUnkept] = useState<Problem[]>([]);
  const ask = async (set: Record<string, string>, { remove = [], secret = [] }: { remove?: string[]; secret?: string[] } = {}) => {
    const answered = await change.mutateAsync({ set, remove, secret });
    setUnkept(answered ? notKept(secret, answered) : []);
    // It holds the values that were typed.
    change.reset();
  };
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
  const props = (form: Open) => ({ of, save: (set: Record<string, string>, secret?: string[]) => save(form, set, secret), onClose: () => (change.reset(), end(form)) });
  const paste = (text: string) => {
    changeDraft(of, "paste", () => text);
    setOpen({ form: "paste" });
  };
  const listed = variables.data && listedOf(variables.data, rowsOf(staged, scope.serviceId));
  const names = listed?.flatMap(({ variable, row }) => (row?.act === "removed" ? [] : variable.name)) ?? [];
  const mayBeSecret = !!staged || keepsSecrets(variables.data ?? []);
  const asksFirst = staged === null && names.length > 0;
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto p-5">
      <div className="mb-3 flex items-center gap-2">
        <p className="min-w-0 flex-1 text-xs text-text-2">{[about, staged ? "A change is staged, and takes effect when it is deployed." : "A change takes effect with the next deploy."].filter(Boolean).join(" ")}</p>
        <Button small kind="quiet" icon={<Icon of={ClipboardPasteIcon} size={14} />} disabled={away} refused={refused} onClick={() => setOpen({ form: "paste" })}>
          Paste .env
        </Button>
        <Button small kind="quiet" icon={<Icon of={FileUpIcon} size={14} />} disabled={away} refused={refused} working={upload.isPending} onClick={() => (asksFirst ? setAsking(true) : upload.mutate())}>
          Upload a file
        </Button>
        <Button small icon={<Icon of={PlusIcon} size={14} />} disabled={away} refused={refused} onClick={() => setOpen({ form: "variable" })}>
          Add a variable
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title="Upload a file of variables"
          about={REPLACED}
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
      {listed?.length === 0 && !open && (
        <Empty title="No variable yet">{empty}</Empty>
      )}
      {listed && listed.length > 0 && (
        <ul aria-label="Variables" className="divide-y divide-line rounded-lg border border-line">
          {listed.map((one) => (
            <li key={one.variable.name}>
              {open?.form === "values" && open.name === one.variable.name ? (
                <VariableForm server={server} {...props(open)} name={one.variable.name} secret={isSecret(one.variable)} staged={stagedValue(one.row)} mayBeSecret={mayBeSecret} taken={[]} />
              ) : (
                <VariableRow
                  server={server}
                  scope={scope}
                  listed={one}
                  away={away}
                  onEdit={() => setOpen(valuesOf(one))}
                  onRemove={() => void ask({}, { remove: [one.variable.name] }).then(() => end(valuesOf(one)), () => {})}
                  onTakeBack={() => (end(valuesOf(one)), takeBack(server, one.row ? [one.row] : []))}
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
