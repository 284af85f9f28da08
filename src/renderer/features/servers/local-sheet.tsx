import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Problem } from "@aeroplane/agent/contract";
import type { Requirement } from "../../../contract/index.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Commands } from "../../ui/commands.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { StepIcon } from "../../ui/state.tsx";
import { Skeleton } from "../../ui/text.tsx";

export function useLocal(added: (serverId: string) => void) {
  const check = useQuery({ queryKey: ["local"], queryFn: ({ signal }) => client.local.check({}, { signal }), staleTime: 0 });
  const [lines, setLines] = useState<string[]>([]);
  const [installing, setInstalling] = useState(false);
  const [adding, setAdding] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const complete = !!check.data && check.data.requirements.every((tool) => tool.found && !tool.why);
  const install = async () => {
    setInstalling(true);
    setProblem(null);
    setLines([]);
    try {
      for await (const batch of await client.local.install({})) {
        setLines((before) => [...before, ...batch.lines].slice(-2000));
        if (batch.problem) setProblem(batch.problem);
      }
    } catch (error) {
      setProblem(problemOf(error));
    }
    setInstalling(false);
    void check.refetch();
  };
  const add = async () => {
    if (!complete || adding) return;
    setAdding(true);
    setProblem(null);
    try {
      added((await client.servers.addLocal({})).id);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setAdding(false);
    }
  };
  return { check, lines, installing, adding, problem, complete, install: () => void install(), add: () => void add() };
}

const about: Record<Requirement["name"], string> = {
  docker: "Docker runs the services",
  buildx: "buildx builds their images",
  caddy: "Caddy routes requests to them",
  git: "Git fetches their source",
  node: "Node runs the agent",
};

/** What this machine has and lacks; installs it on a click, or gives the exact commands. */
export function LocalSheet({ local }: { local: ReturnType<typeof useLocal> }) {
  const { check, lines, installing, problem, complete } = local;
  if (check.error) return <ProblemNote problem={problemOf(check.error)} onRetry={() => void check.refetch()} />;
  if (!check.data) return <Skeleton className="h-[140px] !rounded-lg" />;
  const { requirements, canInstall, commands, startsAtBoot } = check.data;
  const lacks = requirements.some((tool) => !tool.found);
  return (
    <div className="flex flex-col gap-3.5">
      <ul aria-label="What this machine needs" className="rounded-lg border border-line px-3 py-2.5">
        {requirements.map((tool) => (
          <li key={tool.name} className="flex min-h-[30px] items-center gap-2.5">
            <StepIcon state={tool.found && !tool.why ? "done" : installing ? "running" : "failed"} tone="accent" />
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              {about[tool.name]}
              {tool.why && <span className="text-text-2"> · {tool.why}</span>}
            </span>
            <span className="shrink-0 font-mono text-xs text-text-2">{tool.found ? tool.version : installing ? "" : "missing"}</span>
          </li>
        ))}
      </ul>
      {(installing || lines.length > 0) && <Lines lines={lines} />}
      {problem && <ProblemNote problem={problem} detail own={["server.add", "server.connect"]} />}
      {!complete && !installing && (
        <Note
          tone="warn"
          actions={
            <>
              {canInstall && <Button small onClick={local.install}>Install</Button>}
              <Button small onClick={() => void check.refetch()} working={check.isFetching}>Check again</Button>
            </>
          }
        >
          {canInstall ? "What is missing can be installed from the distribution." : lacks ? "What is missing has to be installed by hand, as root:" : "By hand, as root:"}
        </Note>
      )}
      {!complete && commands.length > 0 && !installing && <Commands lines={commands} />}
      {complete && !startsAtBoot && <Note>Here the agent does not start by itself after a reboot; opening Aeroplane starts it.</Note>}
    </div>
  );
}

function Lines({ lines }: { lines: string[] }) {
  const end = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [lines]);
  return (
    <pre ref={end} role="log" tabIndex={0} aria-label="Output" className="h-36 overflow-auto rounded-lg border border-line bg-sunken p-3 font-mono text-xs">
      {lines.join("\n")}
    </pre>
  );
}
