import type { Server } from "../../../contract/index.ts";
import { useStatus } from "../../data/agent.ts";
import { usedOf } from "../../data/time.ts";
import { Bar } from "../../ui/state.tsx";
import { classes } from "../../ui/classes.ts";

/** Three figures at the foot of the side. */
export function Meters({ server }: { server: Server }) {
  const { data } = useStatus(server);
  if (!data) return null;
  const stale = server.connection.state !== "ready";
  const memory = data.memoryUsed / Math.max(1, data.memoryTotal);
  const disk = (data.diskTotal - data.diskFree) / Math.max(1, data.diskTotal);
  const cpu = data.cpuUsed / Math.max(1, data.cores);
  return (
    <dl className={classes("w-full shrink-0 border-t border-line px-3.5 py-3 text-text-2", stale && "grayscale")}>
      <Row name="CPU" value={cpu} words={`${Math.round(cpu * 100)} % of ${data.cores}`} />
      <Row name="Memory" value={memory} words={usedOf(data.memoryUsed, data.memoryTotal)} />
      <Row name="Disk" value={disk} words={usedOf(data.diskTotal - data.diskFree, data.diskTotal)} />
    </dl>
  );
}

function Row({ name, value, words }: { name: string; value: number; words: string }) {
  return (
    <div className="flex h-[26px] items-center gap-2 text-xs">
      <dt className="w-12 shrink-0">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-center gap-2">
        <span className="min-w-0 flex-1">
          <Bar value={Math.min(1, value)} tone="grey" label={name} />
        </span>
        <span className="tabular w-[84px] shrink-0 truncate" title={words}>
          {words}
        </span>
      </dd>
    </div>
  );
}
