import { useRef, useState } from "react";
import type { Answer, Prompt } from "../../../contract/index.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";

type Props = { prompt: Extract<Prompt, { type: "choices" }>; answer: (given: Answer) => void };

/** What preparing may do beyond the necessary: each line is one decision of the person. */
export function Choices({ prompt, answer }: Props) {
  const [chosen, setChosen] = useState(() => prompt.options.filter((option) => option.checked).map((option) => option.id));
  const go = useRef<HTMLButtonElement>(null);
  const toggle = (id: string) => setChosen((before) => (before.includes(id) ? before.filter((each) => each !== id) : [...before, id]));
  return (
    <Dialog
      title={prompt.title}
      about={prompt.about}
      width={600}
      focus={go}
      onClose={() => answer({ type: "dismiss" })}
      onSubmit={() => answer({ type: "choices", chosen })}
      footer={
        <>
          <Button onClick={() => answer({ type: "dismiss" })}>Cancel</Button>
          <Button ref={go} kind="primary" type="submit">
            Continue
          </Button>
        </>
      }
    >
      <ul className="flex flex-col gap-3">
        {prompt.options.map((option) => (
          <li key={option.id}>
            <label className="flex items-start gap-2.5">
              <input type="checkbox" checked={chosen.includes(option.id)} onChange={() => toggle(option.id)} className="mt-0.5 size-4 shrink-0 accent-accent" />
              <span>
                <span className="block font-medium">{option.label}</span>
                <span className="block text-text-2">{option.about}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
