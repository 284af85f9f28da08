import { dismissRefusal, useRefusal } from "../actions/perform.ts";
import { Button } from "../ui/button.tsx";
import { ProblemNote } from "../ui/note.tsx";
import { ErrorsAbout } from "./steps.tsx";

/** An act that was refused, until it is put away. */
export function Refusal() {
  const refusal = useRefusal();
  if (refusal.title === null) return null;
  const { title, problem, about, again } = refusal;
  return (
    <section aria-label={title} className="px-5 pt-4">
      <ErrorsAbout value={about ?? {}}>
        <ProblemNote
          problem={problem}
          detail
          onRetry={problem.retry ? again : undefined}
          actions={
            <Button small onClick={dismissRefusal}>
              Dismiss
            </Button>
          }
        />
      </ErrorsAbout>
    </section>
  );
}
