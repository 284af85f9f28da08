import { useEffect, useState, type FormEvent } from "react";
import { names as admitted } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import type { VariableScope } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { focusWrong, TextArea, TextField } from "../../ui/field.tsx";
import { ProblemNote } from "../../ui/note.tsx";

type Props = {
  /** Given to edit that one; without it a new one is asked for. */
  name?: string;
  server?: Server;
  scope?: VariableScope;
  taken: string[];
  save: (set: Record<string, string>) => Promise<unknown>;
  onPaste?: (text: string) => void;
  onClose: () => void;
};

export function VariableForm({ name: edited, server, scope, taken, save, onPaste, onClose }: Props) {
  const [name, setName] = useState(edited ?? "");
  const [value, setValue] = useState("");
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const serverId = server?.id;
  const { environmentId, serviceId = null } = scope ?? {};
  useEffect(() => {
    if (!edited || !serverId || !environmentId) return;
    client.agent.variables
      .reveal({ environmentId, serviceId, name: edited }, { context: { serverId } })
      .then((shown) => setValue(shown.value ?? ""), setError);
  }, [edited, serverId, environmentId, serviceId]);
  const wrongName = admitted.variableName.safeParse(name).success
    ? taken.includes(name)
      ? `${name} exists already; edit it in the list.`
      : null
    : "Letters, digits and underscores; does not begin with a digit";
  const wrongValue = admitted.variableValue.safeParse(value).success ? null : "At most 32 KiB, and no NUL character";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    focusWrong(event.currentTarget as HTMLElement);
    if (wrongName || wrongValue || working) return;
    setWorking(true);
    setError(null);
    try {
      await save({ [name]: value });
    } catch (thrown) {
      setError(thrown);
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
          onChange={setName}
          onPaste={(event) => {
            const text = event.clipboardData.getData("text");
            if (!onPaste || !/[=\n]/.test(text)) return;
            event.preventDefault();
            onPaste(text);
          }}
          error={tried ? wrongName : null}
        />
        <TextArea label="Value" autoFocus={!!edited} rows={value.includes("\n") ? 4 : 1} value={value} onChange={setValue} error={tried ? wrongValue : null} />
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      <div className="flex justify-end gap-2">
        <Button small onClick={onClose}>
          Cancel
        </Button>
        <Button small kind="primary" type="submit" working={working}>
          {edited ? "Save the variable" : "Add the variable"}
        </Button>
      </div>
    </form>
  );
}
