import type { Server } from "../../../contract/index.ts";
import { ProblemNote } from "../../ui/note.tsx";
import { ErrorsAbout } from "../steps.tsx";

/** What to know of an agent that works: newer than this app, or one whose upgrade was undone. Nothing when all is plain. */
export function AgentNotice({ server }: { server: Server }) {
  const { notice } = server;
  if (!notice || server.connection.state !== "ready") return null;
  return (
    <div className="px-5 pt-4">
      <ErrorsAbout value={{ server }}>
        <ProblemNote problem={notice} tone="warn" detail />
      </ErrorsAbout>
    </div>
  );
}
