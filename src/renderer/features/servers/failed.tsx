import type { ReactNode } from "react";
import type { Problem } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { HostKeyChanged } from "./host-key.tsx";

/** Why a server is not ready, with the way out where there is one. */
export function Failed({ server, problem, onRetry, actions }: { server: Server; problem: Problem; onRetry: () => void; actions: ReactNode }) {
  if (problem.code === "HOST_KEY_CHANGED") return <HostKeyChanged problem={problem} server={server} onRetry={onRetry} />;
  const bridge = action("server.bridge");
  const context = readContext({ server });
  return (
    <ProblemNote
      problem={problem}
      detail
      onRetry={onRetry}
      retryWord={problem.code === "PREPARE_INTERRUPTED" ? "Go on" : "Connect again"}
      actions={
        <>
          {bridge.when(context) && (
            <Button small onClick={() => bridge.run(context)}>
              Connect through the bridge
            </Button>
          )}
          {actions}
        </>
      }
    />
  );
}
