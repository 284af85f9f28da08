import { useEffect, useState } from "react";
import type { Environment, Project, StagedDifference } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { useLosses } from "../../actions/loss.ts";
import { deployRows, discardRows, dropRefusal, stageAgain, useStage } from "../../actions/stage-acts.ts";
import { shown } from "../../actions/shortcuts.ts";
import { go } from "../../app/view.ts";
import { useServices } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { useStagedReview } from "../../data/staged.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { partsOf, withGone, type Gone } from "./parts.ts";
import { Part } from "./part.tsx";
import { Plan } from "./plan.tsx";
import { refusedNow } from "./refused.ts";
import { changes, deploysWords } from "./words.ts";

type Props = { server: Server; project: Project; environment: Environment };

/** All that waits in an environment, beside what is wanted now, and what a Deploy of it begins. */
export function ReviewDialog({ server, project, environment }: Props) {
  const review = useStagedReview(server, environment.id);
  const { data: services } = useServices(server, environment.id);
  const { refusal, deploying } = useStage();
  const [gone, setGone] = useState<Gone[]>([]);
  const [first, setFirst] = useState<ReadonlySet<string> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const rows = review.data?.parts.flatMap((part) => part.rows) ?? [];
  if (first === null && review.data && !review.isFetching) setFirst(new Set(rows.map(({ id }) => id)));
  const parts = partsOf(review.data?.parts ?? [], gone, first);
  const refused = refusedNow(server);
  const working = deploying.has(environment.id);
  const problems = review.data?.problems ?? [];
  const deployable = rows.length > 0 && problems.length === 0;
  const may = deployable && refused === null && !working;
  const stale = refusal?.environmentId === environment.id && refusal.serverId === server.id ? refusal.problem : null;
  const act = (run: () => Promise<unknown>) => {
    setError(null);
    run().catch(setError);
  };
  const deploy = () => act(() => deployRows({ serverId: server.id, environmentId: environment.id }, rows.map(({ id }) => id)));
  const discard = (row: StagedDifference, owner: string) =>
    act(async () => {
      await discardRows(server.id, [row]);
      setGone((before) => withGone(before, { row, owner }));
    });
  const undo = (row: StagedDifference) => act(() => stageAgain(server.id, [row]));
  useEffect(() => dropRefusal, []);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || useLosses.getState().asked.length > 0 || !(may || event.repeat)) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) deploy();
    };
    window.addEventListener("keydown", pressed, true);
    return () => window.removeEventListener("keydown", pressed, true);
  });
  const empty = review.data && parts.length === 0;
  return (
    <Dialog
      title={empty || !review.data ? "Review staged changes" : `Review ${changes(rows.length)}`}
      about={empty ? `${environment.name} of ${project.name}` : `Staged in ${environment.name} of ${project.name}. ${review.data && deployable ? deploysWords(review.data.members) : "Nothing of it is live before it is deployed."}`}
      width={720}
      easy
      onClose={go.closeDialog}
      footer={
        empty ? (
          <Button onClick={go.closeDialog}>Close</Button>
        ) : (
          <>
            <Button kind="quiet" className="mr-auto -ml-3" refused={refused} disabled={rows.length === 0} onClick={() => go.open({ type: "discard-staged", environmentId: environment.id })}>
              Discard all…
            </Button>
            <Button onClick={go.closeDialog}>Cancel</Button>
            <Button kind="primary" shortcut={shown("shift+enter")} working={working} disabled={!deployable} refused={refused} onClick={deploy}>
              Deploy
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-5">
        {stale && <ProblemNote problem={stale} own={["list.reload"]} />}
        {error !== null && <ProblemNote problem={problemOf(error)} />}
        {review.isError && <ProblemNote problem={problemOf(review.error)} onRetry={() => void review.refetch()} />}
        {review.isLoading && (
          <div aria-busy className="flex flex-col gap-5">
            <Skeleton className="h-32 !rounded-lg" />
            <Skeleton className="h-16 !rounded-lg" />
          </div>
        )}
        {empty && <Empty title="Nothing is staged">What is edited of variables, settings and volumes waits here until it is deployed.</Empty>}
        {problems.map((problem, index) => (
          <ProblemNote key={`${problem.code} ${index}`} problem={problem} />
        ))}
        {parts.map(({ serviceId, name, rows: own }) => (
          <Part key={serviceId} name={serviceId === null ? "Shared variables" : name} service={services?.find(({ id }) => id === serviceId)} rows={own} refused={refused} onDiscard={(row) => discard(row, name)} onUndo={undo} />
        ))}
        {review.data && deployable && <Plan review={review.data} />}
      </div>
    </Dialog>
  );
}
