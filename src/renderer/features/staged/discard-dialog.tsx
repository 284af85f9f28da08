import { useState } from "react";
import type { Environment, Project, StagedRow } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { discardRows } from "../../actions/stage-acts.ts";
import { go } from "../../app/view.ts";
import { useServices } from "../../data/agent.ts";
import { useStaged } from "../../data/staged.ts";
import { ConfirmDialog } from "../confirm.tsx";
import { changes, rowName, rowWord } from "./words.ts";

/** Everybody's edits of an environment, named before they go. */
export function DiscardStagedDialog({ server, project, environment }: { server: Server; project: Project; environment: Environment }) {
  const { data: staged, error } = useStaged(server, environment.id);
  const { data: services } = useServices(server, environment.id);
  // What comes while it is asked was not agreed to.
  const [asked, setAsked] = useState<StagedRow[] | undefined>(undefined);
  if (asked === undefined && staged) setAsked(staged);
  const lineOf = ({ serviceId, by, ...row }: StagedRow) => {
    const owner = serviceId === null ? "shared" : `of ${services?.find(({ id }) => id === serviceId)?.name ?? "a service"}`;
    const word = rowWord(row, false);
    return `${rowName(row)} ${owner}${word ? `, ${word.toLowerCase()}` : ""}, by ${by ?? "somebody"}`;
  };
  return (
    <ConfirmDialog
      title={asked ? `Discard ${changes(asked.length)}` : "Discard staged changes"}
      about={`They were staged in ${environment.name} of ${project.name}. What is live stays as it is; what was typed goes.`}
      goes={asked?.map(lineOf)}
      trouble={error}
      name={null}
      word="Discard"
      act={async () => {
        if (asked && asked.length > 0) await discardRows(server.id, asked);
      }}
      onClose={go.closeDialog}
    />
  );
}
