import type { Service } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Button } from "../../ui/button.tsx";
import { Note } from "../../ui/note.tsx";
import { reachedWords } from "./reached.ts";
import { stateWords } from "./state-table.ts";

/** How a service stands that does not just serve, and which limits it has run into: since when, why, and what to do. What keeps dying, or was not seen, has a note of its own. */
export function StateNote({ service }: { service: Service }) {
  const words = stateWords(service);
  const notes = [...(words === null ? [] : [{ key: "state", ...words }]), ...reachedWords(service).map((one) => ({ tone: "warn" as const, ...one }))];
  if (notes.length === 0) return null;
  const logs = action("service.logs");
  const context = () => readContext({ service });
  return (
    <section aria-label="State" className="flex shrink-0 flex-col gap-2 px-5 pt-4">
      {notes.map(({ key, tone, what, next }) => (
        <Note
          key={key}
          tone={tone}
          actions={
            tone !== "info" &&
            logs.when(context()) && (
              <Button small onClick={() => logs.run(context())}>
                Show logs
              </Button>
            )
          }
        >
          <p className="font-medium">{what}</p>
          <p className="text-text-2">{next}</p>
        </Note>
      ))}
    </section>
  );
}
