import type { Service } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { since } from "../../data/time.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton, Note } from "../../ui/note.tsx";
import { plain } from "../logs/plain.ts";

/** A release that keeps dying: how often, with what, and its last words. */
export function CrashNote({ service }: { service: Service }) {
  if (service.state !== "crash-looping" || !service.crashes) return null;
  const { count, lastExitCode, lastLines, outOfMemory } = service.crashes;
  const times = count === 1 ? "once" : `${count} times`;
  const lines = lastLines.map(plain).join("\n").trim();
  return (
    <section aria-label="Crashes" className="shrink-0 px-5 pt-4">
      <Note tone="bad">
        <p className="font-medium">
          {`${service.name} ended ${times} since it went live${howLast(lastExitCode, outOfMemory)}. It keeps ending since ${since(service.stateSince)}.`}
        </p>
        <p className="text-text-2">
          It is started again with growing pauses. {outOfMemory ? "Let it use less memory, or let it have more in its settings, and deploy; or stop it." : "Correct the cause and deploy, or stop it."}
        </p>
        {lines && (
          <pre tabIndex={0} aria-label="Last lines" className="mt-2 max-h-32 overflow-auto rounded-sm bg-surface/70 p-2 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
            {lines}
          </pre>
        )}
        <div className="mt-2 flex items-center gap-2">
          <Button small onClick={() => action("service.logs").run(readContext({ service }))}>
            Show logs
          </Button>
          {lines && <CopyButton text={lines} label="Copy the last lines" />}
        </div>
      </Note>
    </section>
  );
}

function howLast(exitCode: number | null, outOfMemory: string | undefined): string {
  if (outOfMemory) return `, last because an instance used more memory than the ${outOfMemory} that it may have`;
  return exitCode === null ? "" : `, last with exit code ${exitCode}`;
}
