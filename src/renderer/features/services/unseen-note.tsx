import type { Service } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { useLasting } from "../../data/lasting.ts";
import { Button } from "../../ui/button.tsx";
import { Note } from "../../ui/note.tsx";
import { unseenWords } from "./unseen.ts";

/** A service that nobody has seen lately: what was known last, and what to do. What is over at once moves nothing. */
export function UnseenNote({ service }: { service: Service }) {
  const lasting = useLasting(service.state === "unknown", 1500);
  if (service.state !== "unknown" || !lasting) return null;
  const { what, next } = unseenWords(service);
  const check = action("doctor.check");
  const context = () => readContext({ service });
  return (
    <section aria-label="Not seen" className="shrink-0 px-5 pt-4">
      <Note actions={check.when(context()) && <Button small onClick={() => check.run(context())}>Check the server</Button>}>
        <p className="font-medium">{what}</p>
        <p className="text-text-2">{next}</p>
      </Note>
    </section>
  );
}
