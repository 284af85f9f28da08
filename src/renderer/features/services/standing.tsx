import type { Service } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { useMeters } from "../../data/agent.ts";
import { exact, useNow } from "../../data/time.ts";
import { Dot } from "../../ui/state.tsx";
import { Line } from "../../ui/text.tsx";
import { meterWords, standsWords } from "./meters.ts";
import { restingState } from "./state-table.ts";

/** How the service stands since when, and what it uses now; of several instances each. Measured only while this is looked at. */
export function Standing({ server, service }: { server: Server; service: Service }) {
  const runs = service.instances.some(({ state }) => state !== "down" && state !== "unknown");
  const now = useNow(Date.now() - service.stateSince < 120_000 ? 1000 : 15_000);
  const { data, isError } = useMeters(server, service, runs);
  if (service.state === "empty") return null;
  const { word, tone } = restingState(service);
  // What could not be asked again is not how it is now.
  const words = runs && data && data.instances.length > 0 && !isError ? meterWords(data) : null;
  return (
    <section aria-label="How it stands" className="flex shrink-0 flex-col justify-center gap-0.5 border-b border-line px-5 py-2 text-xs text-text-2">
      <div className="flex min-h-5 flex-wrap items-center gap-x-2.5">
        <span className="flex min-w-0 items-center gap-1.5">
          <Dot tone={tone} />
          <time dateTime={new Date(service.stateSince).toISOString()} title={`Since ${exact(service.stateSince)}`} className="tabular truncate">
            {`${word} ${standsWords(service.stateSince, now)}`}
          </time>
        </span>
        {words && <span className="tabular ml-auto whitespace-nowrap">{words.all}</span>}
      </div>
      {words?.each.map((line) => (
        <Line key={line} className="tabular text-xs">
          {line}
        </Line>
      ))}
    </section>
  );
}
