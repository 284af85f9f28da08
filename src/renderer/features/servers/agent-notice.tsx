import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import type { Server } from "../../../contract/index.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/note.tsx";

/** What to know of an agent that works: newer than this app, or one whose upgrade was undone. Nothing when all is plain. */
export function AgentNotice({ server }: { server: Server }) {
  const { notice } = server;
  if (!notice || server.connection.state !== "ready") return null;
  const undone = notice.code === "UPGRADE_UNDONE";
  return (
    <div className="px-5 pt-4">
      <ProblemNote
        problem={notice}
        tone="warn"
        detail
        actions={undone && <Button small onClick={() => action("server.upgrade").run(readContext({ server }))}>Try the upgrade again</Button>}
      />
    </div>
  );
}
