import { ArrowRightIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Comparison, Release, Service } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { useComparison } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { Icon } from "../../ui/icon.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { Age, Line, Skeleton } from "../../ui/text.tsx";
import { changeWords, fieldName, releaseName, valueWords } from "./release-words.ts";

/** What is other in `to` than in `from`: the releases, settings with both values, variables by name. */
export function ReleaseChanges({ server, service, from, to }: { server: Server; service: Service; from: Release; to: Release }) {
  const comparison = useComparison(server, service, from.id, to.id);
  if (comparison.isError) return <ProblemNote problem={problemOf(comparison.error)} onRetry={() => void comparison.refetch()} />;
  if (comparison.data === undefined) return <Skeleton className="h-28 !rounded-lg" />;
  const { settings, variables } = comparison.data;
  return (
    <ul aria-label="What changes" tabIndex={settings.length + variables.length > 5 ? 0 : undefined} className="max-h-72 divide-y divide-line overflow-y-auto rounded-lg border border-line">
      <Row name="Release" from={<Named release={from} />} to={<Named release={to} />} />
      {settings.map((setting) => (
        <Row key={setting.name} name={fieldName(setting.name)} from={<Line className="text-xs">{valueWords(setting.from)}</Line>} to={<Line className="text-xs">{valueWords(setting.to)}</Line>} />
      ))}
      {variables.map((variable) => (
        <Variable key={variable.name} {...variable} />
      ))}
      {settings.length + variables.length === 0 && <li className="px-3 py-2 text-xs text-text-2">Settings and variables are the same.</li>}
    </ul>
  );
}

function Row({ name, from, to }: { name: string; from: ReactNode; to: ReactNode }) {
  return (
    <li className="flex min-h-9 items-center gap-3 px-3 py-1.5 text-xs">
      <Line className="w-[26%] shrink-0 text-xs text-text-2">{name}</Line>
      <span className="min-w-0 flex-1 basis-0 text-text-2">{from}</span>
      <Icon of={ArrowRightIcon} size={14} className="text-text-3" />
      <span className="min-w-0 flex-1 basis-0">{to}</span>
    </li>
  );
}

function Named({ release }: { release: Release }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Line className="text-xs">{releaseName(release)}</Line>
      <Age at={release.createdAt} className="text-text-3" />
    </span>
  );
}

function Variable({ name, change }: Comparison["variables"][number]) {
  return (
    <li className="flex min-h-9 items-center gap-3 px-3 py-1.5 text-xs">
      <span className="w-[26%] shrink-0 text-text-2">Variable</span>
      <Line mono className="flex-1">
        {name}
      </Line>
      <span className="shrink-0 text-text-2">{changeWords(change)}</span>
    </li>
  );
}
