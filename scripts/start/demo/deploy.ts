import { get } from "node:http";
import type { Deployment, ServiceConfig, ShapeName } from "@aeroplane/agent/contract";
import type { ContractRouterClient } from "@orpc/contract";
import { setTimeout as pause } from "node:timers/promises";
import type { AgentContract } from "@aeroplane/agent/contract";

export type Agent = ContractRouterClient<AgentContract>;
type Wanted = { name: string; shape: ShapeName; hostname: string; config: Partial<ServiceConfig> & Pick<ServiceConfig, "source"> };

/** Creates the service, deploys it and tells of each step until it is live. */
export async function deployService(agent: Agent, environmentId: string, wanted: Wanted, { say, signal }: { say: (line: string) => void; signal: AbortSignal }): Promise<string> {
  const { name, shape, hostname, config } = wanted;
  const service = await agent.services.create({ environmentId, name, shape, hostname, config }, { signal });
  let deployment = await agent.deployments.start({ serviceId: service.id }, { signal });
  const told = new Set<string>();
  while (true) {
    for (const line of stepLines(deployment)) {
      if (told.has(line)) continue;
      told.add(line);
      say(`  ${name}: ${line}`);
    }
    if (deployment.state !== "queued" && deployment.state !== "running") break;
    await pause(250, undefined, { signal });
    deployment = await agent.deployments.get({ id: deployment.id }, { signal });
  }
  if (deployment.state !== "succeeded" || !deployment.releaseId) {
    const { message, next, detail } = deployment.problem ?? { message: `The deployment of ${name} ended as ${deployment.state}.`, next: "", detail: "" };
    throw new Error([message, next, detail].filter(Boolean).join("\n"));
  }
  return deployment.releaseId;
}

function stepLines({ steps }: Deployment): string[] {
  return steps.filter(({ state }) => state === "done" || state === "failed").map(({ name, state, detail }) => `${name} ${state}${detail ? ` (${detail})` : ""}`);
}

/** Asks the way a browser would, with the name in the Host header. */
export function visit(hostname: string, port: number, signal: AbortSignal): Promise<{ status: number; release: string | undefined }> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, headers: { host: `${hostname}:${port}` }, signal }, (answer) => {
      answer.resume();
      const release = answer.headers["x-aeroplane-release"];
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, release: typeof release === "string" ? release : undefined }));
    }).on("error", reject);
  });
}
