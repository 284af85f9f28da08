import { GaugeIcon } from "lucide-react";
import { useMutation } from "@tanstack/react-query";
import type { LinkSpeed, Server } from "../../../contract/index.ts";
import { problemOf } from "../../data/problem.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemNote } from "../../ui/note.tsx";

/** What the way between this computer and the server carries; measured when a person asks, since it fills the line. */
export function LinkSpeedSection({ server, away, measure }: { server: Server; away: boolean; measure: (id: string) => Promise<LinkSpeed> }) {
  const measured = useMutation({ mutationFn: () => measure(server.id) });
  return (
    <section aria-label="The way to this server">
      <h3 className="mb-2 text-xs font-medium text-text-2">The way to this server</h3>
      <div className="flex min-h-12 items-center gap-4 rounded-lg border border-line bg-surface px-4 py-2 shadow-card">
        <div className="min-w-0 flex-1" role="status">
          {measured.data ? <Figures speed={measured.data} /> : <p className="text-text-2">{measured.isPending ? "Sends and takes made-up bytes for a few seconds." : "How fast files, dumps and bundles would travel between this computer and the server."}</p>}
        </div>
        <Button small icon={<Icon of={GaugeIcon} size={14} />} working={measured.isPending} disabled={away} onClick={() => measured.mutate()}>
          {measured.data ? "Measure again" : "Measure"}
        </Button>
      </div>
      {measured.isError && (
        <div className="mt-2">
          <ProblemNote problem={problemOf(measured.error)} />
        </div>
      )}
    </section>
  );
}

function Figures({ speed }: { speed: LinkSpeed }) {
  const figures = [
    ["Download", bits(speed.down)],
    ["Upload", bits(speed.up)],
    ["Small call", `${speed.roundTripMs < 10 ? speed.roundTripMs.toFixed(1) : Math.round(speed.roundTripMs)} ms`],
  ] as const;
  return (
    <dl className="tabular flex flex-wrap gap-x-6 gap-y-1">
      {figures.map(([name, figure]) => (
        <div key={name} className="flex gap-2">
          <dt className="text-text-2">{name}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Lines are sold by the bit. */
function bits(bytesPerSecond: number): string {
  const mega = (bytesPerSecond * 8) / 1e6;
  return mega >= 1000 ? `${(mega / 1000).toFixed(1)} Gbit/s` : `${mega >= 100 ? Math.round(mega) : mega.toFixed(1)} Mbit/s`;
}
