import type { Problem, Service } from "@aeroplane/agent/contract";
import type { KnownState } from "../../contract/index.ts";

/** Bytes of a file; a server with more services than fit is shown without the last of them. */
const MOST = 4 * 1024 * 1024;

/** Only what a first look needs: nothing that a program printed, and no technical text of a failure. */
export function strip({ at, projects, services, status }: KnownState): KnownState {
  const kept = {
    at,
    projects,
    services: services.map(stripService),
    status: status && { ...status, tools: status.tools.map((tool) => ({ ...tool, problem: tool.problem && bare(tool.problem) })), problems: status.problems.map(bare) },
  };
  while (JSON.stringify(kept).length > MOST && kept.services.length > 0) kept.services = kept.services.slice(0, kept.services.length >> 1);
  return kept;
}

function stripService(service: Service): Service {
  const { lastDeployment, crashes, warnings } = service;
  return {
    ...service,
    crashes: crashes && { ...crashes, lastLines: [] },
    warnings: warnings.map(bare),
    lastDeployment: lastDeployment && {
      ...lastDeployment,
      steps: lastDeployment.steps.map((step) => ({ ...step, detail: null })),
      problem: lastDeployment.problem && bare(lastDeployment.problem),
      warnings: lastDeployment.warnings.map(bare),
    },
  };
}

const bare = ({ detail: _detail, ...problem }: Problem): Problem => problem;
