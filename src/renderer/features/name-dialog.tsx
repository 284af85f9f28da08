import { names } from "@aeroplane/agent/contract";
import { useState } from "react";
import { problemOf } from "../data/problem.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { ProblemNote } from "../ui/note.tsx";

type Props = {
  title: string;
  about?: string;
  initial?: string;
  placeholder?: string;
  /** Why it cannot be one, where a title is not what is asked for. */
  wrongName?: (name: string) => string | null;
  /** Letters. */
  longest?: number;
  word: string;
  act: (name: string) => Promise<unknown>;
  onClose: () => void;
};

const wrongTitle = (name: string) => (names.title.safeParse(name).success ? null : name === "" ? "A name is needed." : "1 to 60 characters, no control characters");

/** A title, asked for: of a server, a project, an environment or a volume. */
export function NameDialog({ title, about, initial = "", placeholder, wrongName = wrongTitle, longest = 60, word, act, onClose }: Props) {
  const [name, setName] = useState(initial);
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrong = wrongName(name.trim());
  const problem = error === null ? null : problemOf(error);
  // A name that is taken is told below it, until another one is typed.
  const taken = problem?.code === "NAME_TAKEN" ? problem : null;
  const submit = async () => {
    setTried(true);
    if (wrong || working) return;
    setWorking(true);
    setError(null);
    try {
      await act(name.trim());
      onClose();
    } catch (thrown) {
      setError(thrown);
      setWorking(false);
    }
  };
  return (
    <Dialog
      title={title}
      about={about}
      width={480}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" working={working}>
            {word}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        <TextField
          autoFocus
          label="Name"
          value={name}
          placeholder={placeholder}
          maxLength={longest}
          onChange={setName}
          error={(tried ? wrong : null) ?? (taken && String(taken.values.name) === name.trim() ? taken.message : null)}
          onFocus={(event) => event.target.select()}
        />
        {problem && !taken && <ProblemNote problem={problem} />}
      </div>
    </Dialog>
  );
}
