import { useEffect, useState, type FormEvent } from "react";
import { names as admitted } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { problemOf } from "../../data/problem.ts";
import { changeDraft, useForms, withField, type Forms, type Of, type Typed } from "../../drafts/drafts.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { focusWrong, TextField } from "../../ui/field.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { edgesOf } from "./edges.ts";
import { changeOf, typedOver, wrongValueOf } from "./typed.ts";
import { ValueField } from "./value-field.tsx";

type Props = {
  server: Server;
  of: Of;
  /** Given to edit that one; without it a new one is asked for. */
  name?: string;
  /** The one that is edited is not shown: what is typed replaces it. */
  secret?: boolean;
  /** What is staged for it, where that may be shown: it stands there instead of what is wanted now. */
  staged?: string | null;
  /** The server's agent knows of secrets. */
  mayBeSecret: boolean;
  taken: string[];
  save: (set: Record<string, string>, secret: string[]) => Promise<unknown>;
  onPaste?: (text: string) => void;
  onClose: () => void;
};

/** A new one is a draft as soon as there is anything of it. */
const begun = (next: Forms["variable"]) => (next.name || next.value || next.secret ? next : undefined);

export function VariableForm({ server, of, name: edited, secret: replaced = false, staged = null, mayBeSecret, taken, save, onPaste, onClose }: Props) {
  const { variable = { name: "", value: "" }, values } = useForms(of) ?? {};
  /** What the server has; what is typed goes before it, whichever comes first. */
  const [shown, setShown] = useState<string | null>(null);
  // It may have become secret since it was shown.
  const revealed = replaced ? null : (staged ?? shown);
  const name = edited ?? variable.name;
  const typed: Typed = (edited ? values?.[edited] : variable) ?? {};
  const value = typed.value ?? revealed;
  // What is secret already needs no tick.
  const secret = mayBeSecret && !replaced && typed.secret === true;
  const type = (next: Typed & { name?: string }) => {
    if (edited) changeDraft(of, "values", (before) => withField(before, edited, typedOver(revealed, { ...typed, ...next })));
    else changeDraft(of, "variable", () => begun({ ...variable, ...next }));
  };
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { serverId, environmentId, serviceId } = of;
  useEffect(() => {
    if (!edited || replaced || staged !== null) return;
    client.agent.variables
      .reveal({ environmentId, serviceId, name: edited }, { context: { serverId } })
      .then((found) => setShown(found.value ?? ""), setError);
  }, [edited, replaced, staged, serverId, environmentId, serviceId]);
  const wrongName = admitted.variableName.safeParse(name).success
    ? taken.includes(name)
      ? `${name} exists already; edit it in the list.`
      : null
    : "Letters, digits and underscores; does not begin with a digit";
  const wrongValue = wrongValueOf(value, replaced);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    focusWrong(event.currentTarget as HTMLElement);
    if (wrongName || wrongValue || working) return;
    const change = changeOf(name, { value: typed.value, secret });
    if (change === null) return onClose();
    setWorking(true);
    setError(null);
    try {
      await save(change.set, change.secret);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setWorking(false);
    }
  };
  return (
    <form
      aria-label={edited ? `Edit ${edited}` : "New variable"}
      noValidate
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          event.stopPropagation();
          onClose();
        }
      }}
      className={edited ? "flex flex-col gap-3 bg-sunken p-3" : "mb-4 flex flex-col gap-3 rounded-lg border border-line bg-sunken p-3"}
    >
      <div className="grid grid-cols-[38%_1fr] gap-3">
        <TextField
          label="Name"
          mono
          autoFocus={!edited}
          disabled={!!edited}
          value={name}
          maxLength={128}
          onChange={(next) => type({ name: next })}
          onPaste={(event) => {
            const text = event.clipboardData.getData("text");
            if (!onPaste || !/[=\n]/.test(text)) return;
            event.preventDefault();
            onPaste(text);
          }}
          error={tried ? wrongName : null}
        />
        <ValueField
          server={server}
          scope={of}
          autoFocus={!!edited}
          value={value ?? ""}
          onChange={(next) => type({ value: next })}
          hint={edgesOf(value ?? "") ?? (replaced && value === null ? "The value is secret. What is typed here replaces it." : null) ?? (value?.includes("\n") ? "Shift+Enter breaks the line." : undefined)}
          error={tried ? wrongValue : null}
        />
      </div>
      {mayBeSecret && !replaced && (
        <label className="flex items-center gap-2 text-xs text-text-2">
          <input type="checkbox" checked={secret} onChange={(event) => type({ secret: event.target.checked })} className="size-4 accent-accent" />
          Secret: its value is never shown again, only replaced
        </label>
      )}
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      <div className="flex justify-end gap-2">
        <Button small onClick={onClose}>
          Cancel
        </Button>
        <Button small kind="primary" type="submit" working={working}>
          {replaced ? "Replace the value" : edited ? "Save the variable" : "Add the variable"}
        </Button>
      </div>
    </form>
  );
}
