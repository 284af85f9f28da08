import { dismissRefusal, useRefusal } from "../actions/perform.ts";
import { Button } from "../ui/button.tsx";
import { ProblemNote } from "../ui/note.tsx";

/** An act that was refused, until it is put away. */
export function Refusal() {
  const refusal = useRefusal();
  if (refusal.title === null) return null;
  const { title, problem } = refusal;
  return (
    <section aria-label={title} className="px-5 pt-4">
      <ProblemNote
        problem={problem}
        detail
        actions={
          <Button small onClick={dismissRefusal}>
            Dismiss
          </Button>
        }
      />
    </section>
  );
}
