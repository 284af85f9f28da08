import { useState, type ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { ProblemNote } from "../ui/note.tsx";
import { Skeleton } from "../ui/text.tsx";
import { problemOf } from "../data/problem.ts";

type Props = {
  title: string;
  about: string;
  /** What goes, one line each; undefined while that is asked, and nothing can be confirmed before it is there. */
  goes: string[] | undefined;
  /** Why it could not be asked. */
  trouble?: unknown;
  /** The name to type; null where a click is enough. */
  name: string | null;
  word: string;
  /** What can be done instead, at the left of its foot. */
  other?: ReactNode;
  act: (typed: string) => Promise<unknown>;
  onClose: () => void;
};

/** A destructive act: what goes, and the name typed. */
export function ConfirmDialog({ title, about, goes, trouble = null, name, word, other, act, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const right = goes !== undefined && (name === null || typed === name);
  const submit = async () => {
    if (!right || working) return;
    setWorking(true);
    setError(null);
    try {
      await act(typed);
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
      width={520}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          {other}
          <Button onClick={onClose} autoFocus={name === null}>
            Cancel
          </Button>
          <Button kind="danger-primary" type="submit" disabled={!right} working={working}>
            {word}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {goes === undefined && trouble === null && <Skeleton className="h-[74px] !rounded-lg" />}
        {goes === undefined && trouble !== null && <ProblemNote problem={problemOf(trouble)} />}
        {goes && goes.length > 0 && (
          <ul aria-label="What goes" className="max-h-52 divide-y divide-line overflow-y-auto rounded-lg border border-line" tabIndex={goes.length > 5 ? 0 : undefined}>
            {goes.map((line, at) => (
              <li key={`${at} ${line}`} className="px-3 py-2 [overflow-wrap:anywhere]">
                {line}
              </li>
            ))}
          </ul>
        )}
        {name !== null && <TextField autoFocus label={`Type ${name} to confirm`} value={typed} onChange={setTyped} />}
        {error !== null && <ProblemNote problem={problemOf(error)} />}
      </div>
    </Dialog>
  );
}
