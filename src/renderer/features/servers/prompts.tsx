import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Answer, Prompt } from "../../../contract/index.ts";
import { prompts, servers } from "../../data/servers.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Note } from "../../ui/note.tsx";
import { Choices } from "./choices-prompt.tsx";
import { HostKeyPrompt } from "./host-key.tsx";
import { Questions } from "./questions-prompt.tsx";

/** Questions that only a person can answer, one after the other, above everything else. */
export function Prompts() {
  const [first] = prompts.use() ?? [];
  if (!first) return null;
  const answer = (given: Answer) => void client.prompts.answer({ id: first.id, answer: given }).catch(() => {});
  switch (first.type) {
    case "host-key":
      return <HostKeyPrompt key={first.id} prompt={first} answer={answer} />;
    case "secret":
      return <Secret key={first.id} prompt={first} answer={answer} />;
    case "questions":
      return <Questions key={first.id} prompt={first} answer={answer} />;
    case "choices":
      return <Choices key={first.id} prompt={first} answer={answer} />;
  }
}

function Secret({ prompt, answer }: { prompt: Extract<Prompt, { type: "secret" }>; answer: (given: Answer) => void }) {
  const [value, setValue] = useState("");
  const [remember, setRemember] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const server = servers.use()?.find((each) => each.id === prompt.serverId);
  const words = secretWords[prompt.kind];
  // Where it would be kept is asked only when it can be.
  const store = useQuery({ queryKey: ["secrets"], queryFn: ({ signal }) => client.secrets.status({}, { signal }), enabled: prompt.canRemember, staleTime: 0 });
  return (
    <Dialog
      title={words.title(server?.name ?? "the server")}
      about={prompt.label}
      width={480}
      focus={field}
      onClose={() => answer({ type: "dismiss" })}
      onSubmit={() => answer({ type: "secret", value, remember })}
      footer={
        <>
          <Button onClick={() => answer({ type: "dismiss" })}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={!value}>
            {words.act}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        {prompt.reason && <Note tone="warn">{prompt.reason}</Note>}
        <TextField ref={field} label={words.field} type="password" value={value} onChange={setValue} maxLength={4096} />
        {prompt.canRemember && (
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.target.checked)} className="size-4 accent-accent" />
            {store.data?.kind === "file" ? "Remember it in the sealed file on this computer" : "Remember it in the keychain of this computer"}
          </label>
        )}
      </div>
    </Dialog>
  );
}

type SecretKind = Extract<Prompt, { type: "secret" }>["kind"];

const secretWords: Record<SecretKind, { title: (server: string) => string; field: string; act: string }> = {
  password: { title: (server) => `Sign in to ${server}`, field: "Password", act: "Sign in" },
  passphrase: { title: (server) => `Unlock the key for ${server}`, field: "Passphrase", act: "Unlock" },
  sudo: { title: (server) => `Prepare ${server}`, field: "Password", act: "Continue" },
  master: { title: (server) => `Unlock the sealed file for ${server}`, field: "Master passphrase", act: "Unlock" },
};
