import { useState } from "react";
import { problemOf } from "../../data/problem.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { ProblemNote } from "../../ui/note.tsx";

type Given = { current: string; next: string };
type Props = {
  title: string;
  about: string;
  /** Whether the one that is in force is asked. */
  current?: boolean;
  /** Whether a new one is asked, twice. */
  next?: boolean;
  word: string;
  act: (given: Given) => Promise<unknown>;
  onClose: () => void;
};

/** A master passphrase: the one there is, a new one, or both. */
export function PassphraseDialog({ title, about, current, next, word, act, onClose }: Props) {
  const [given, setGiven] = useState<Given & { again: string }>({ current: "", next: "", again: "" });
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const put = (name: keyof typeof given) => (value: string) => setGiven((before) => ({ ...before, [name]: value }));
  const wrong = {
    current: current && !given.current ? "The passphrase in force" : null,
    next: next && given.next.length < 8 ? "At least 8 characters" : null,
    again: next && given.again !== given.next ? (given.again ? "Not the same as above" : "The new passphrase once more") : null,
  };
  const submit = async () => {
    setTried(true);
    if (working || Object.values(wrong).some(Boolean)) return;
    setWorking(true);
    setError(null);
    try {
      await act({ current: given.current, next: given.next });
      onClose();
    } catch (thrown) {
      setError(thrown);
      setWorking(false);
    }
  };
  const field = (name: keyof typeof given, label: string) => (
    <TextField autoFocus={name === (current ? "current" : "next")} label={label} type="password" value={given[name]} onChange={put(name)} maxLength={1024} error={tried ? wrong[name] : null} autoComplete="off" />
  );
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
        {current && field("current", "Master passphrase")}
        {next && field("next", current ? "New passphrase" : "Master passphrase")}
        {next && field("again", "The same again")}
        {error !== null && <ProblemNote problem={problemOf(error)} />}
      </div>
    </Dialog>
  );
}
