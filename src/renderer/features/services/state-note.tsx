import type { Service } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Button } from "../../ui/button.tsx";
import { Note } from "../../ui/note.tsx";
import { stateWords } from "./state-table.ts";

/** How a service stands that does not just serve: since when, why, and what to do. What keeps dying, or was not seen, has a note of its own. */
export function StateNote({ service }: { service: Service }) {
  const words = stateWords(service);
  if (words === null) return null;
  const logs = action("service.logs");
  const context = () => readContext({ service });
  return (
    <section aria-label="State" className="shrink-0 px-5 pt-4">
      <Note
        tone={words.tone}
        actions={
          words.tone !== "info" &&
          logs.when(context()) && (
            <Button small onClick={() => logs.run(context())}>
              Show logs
            </Button>
          )
        }
      >
        <p className="font-medium">{words.what}</p>
        <p className="text-text-2">{words.next}</p>
      </Note>
    </section>
  );
}
