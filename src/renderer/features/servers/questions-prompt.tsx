import { useRef, useState } from "react";
import type { Answer, Prompt } from "../../../contract/index.ts";
import { servers } from "../../data/servers.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";

type Props = { prompt: Extract<Prompt, { type: "questions" }>; answer: (given: Answer) => void };

/** What the server itself asks, word for word: a one-time code, a new password, whatever it may be. */
export function Questions({ prompt, answer }: Props) {
  const [values, setValues] = useState(() => prompt.fields.map(() => ""));
  const field = useRef<HTMLInputElement>(null);
  const server = servers.use()?.find((each) => each.id === prompt.serverId);
  const about = [prompt.name, prompt.instructions].map((text) => text.trim()).filter(Boolean).join(" · ");
  return (
    <Dialog
      title={`${server?.name ?? "The server"} asks`}
      about={about || "The words are the server's own."}
      width={480}
      focus={field}
      onClose={() => answer({ type: "dismiss" })}
      onSubmit={() => answer({ type: "questions", values })}
      footer={
        <>
          <Button onClick={() => answer({ type: "dismiss" })}>Cancel</Button>
          <Button kind="primary" type="submit">
            Answer
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        {prompt.fields.map(({ label, echo }, index) => (
          <TextField
            key={index}
            ref={index === 0 ? field : undefined}
            label={label.trim().replace(/:$/, "") || "Answer"}
            type={echo ? "text" : "password"}
            value={values[index] ?? ""}
            onChange={(value) => setValues((before) => before.map((old, at) => (at === index ? value : old)))}
            maxLength={4096}
          />
        ))}
      </div>
    </Dialog>
  );
}
