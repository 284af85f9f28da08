import { useState, type FormEvent } from "react";
import { readDotenv } from "@aeroplane/agent/contract";
import { problemOf } from "../../data/problem.ts";
import { changeDraft, useForms, type Of } from "../../drafts/drafts.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/field.tsx";
import { ProblemNote } from "../../ui/note.tsx";

type Props = { of: Of; known: string[]; save: (set: Record<string, string>) => Promise<unknown>; onClose: () => void };

/** A whole .env at once; says what it would do before it does it. */
export function PasteForm({ of, known, save, onClose }: Props) {
  const text = useForms(of)?.paste ?? "";
  const setText = (next: string) => changeDraft(of, "paste", () => next || undefined);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { set, refused } = readDotenv(text);
  const names = Object.keys(set);
  const replaced = names.filter((name) => known.includes(name)).length;
  const parts = [
    names.length - replaced > 0 && `${names.length - replaced} new`,
    replaced > 0 && `${replaced} replaced`,
    refused.length > 0 && `${refused.length} ${refused.length === 1 ? "line" : "lines"} not read: ${refused[0]!.text.slice(0, 40)}`,
  ].filter(Boolean);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (names.length === 0 || working) return;
    setWorking(true);
    setError(null);
    try {
      await save(set);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setWorking(false);
    }
  };
  return (
    <form
      aria-label="Paste .env"
      noValidate
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
      className="mb-4 flex flex-col gap-3 rounded-lg border border-line bg-sunken p-3"
    >
      <TextArea label="Lines of NAME=value" autoFocus rows={6} value={text} onChange={setText} hint={parts.join(" · ") || "Comments, quotes and export are understood."} />
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      <div className="flex justify-end gap-2">
        <Button small onClick={onClose}>
          Cancel
        </Button>
        <Button small kind="primary" type="submit" working={working} disabled={names.length === 0}>
          {names.length === 0 ? "Set variables" : names.length === 1 ? "Set 1 variable" : `Set ${names.length} variables`}
        </Button>
      </div>
    </form>
  );
}
