import type { ReactNode } from "react";
import type { Problem } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { ProblemNote } from "../../ui/note.tsx";
import { ErrorsAbout } from "../steps.tsx";
import { HostKeyChanged } from "./host-key.tsx";

/** Where it failed, its sign-in is changed in place: adding it anew would leave it standing there. */
const itself = ["server.connect", "server.add"] as const;

/** Why a server is not ready, with the way out where there is one. */
export function Failed({ server, problem, onRetry, actions }: { server: Server; problem: Problem; onRetry: () => void; actions: ReactNode }) {
  if (problem.code === "HOST_KEY_CHANGED") return <HostKeyChanged problem={problem} server={server} onRetry={onRetry} />;
  return (
    <ErrorsAbout value={{ server }}>
      <ProblemNote problem={problem} detail onRetry={onRetry} own={itself} retryWord={problem.code === "PREPARE_INTERRUPTED" ? "Go on" : "Connect again"} actions={actions} />
    </ErrorsAbout>
  );
}
