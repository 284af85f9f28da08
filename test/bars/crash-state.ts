// Whether what a service is, and what runs, are one and the same release.
import type { Deployment, LogLine, Service } from "../../agent/contract/index.ts";
import type { Client, CrashKind } from "./crash-kinds.ts";

export type Look = {
  client: Client;
  /** Runs the machine's or the server's docker. */
  docker: (...args: string[]) => Promise<string>;
  fetch: (hostname: string, path: string) => Promise<{ status: number; body: string }>;
  /** Folders of ours with what jobs leave while they run. */
  leftovers: () => Promise<string[]>;
};

/** What jobs have left of these paths: the home of the account that fetches is no job's. */
export const ofJobs = (paths: readonly string[]): string[] => paths.filter((path) => path !== "" && !/(^|\/)sources\/home$/.test(path));

/** What is wrong now; empty: one release is live, whole and alone. `contents`: what the live release may be. */
export async function inconsistencies(look: Look, one: CrashKind, deploymentId: string, before: string, after: string): Promise<string[]> {
  const { client, docker, fetch } = look;
  const deployment = await client.deployments.get({ id: deploymentId });
  if (deployment.endedAt === null) return [`the deployment is still ${deployment.state}`];
  const service = await client.services.get({ id: one.service.id });
  const wrong: string[] = [];
  if (service.state !== "live") wrong.push(`the service is ${service.state}`);
  const isNew = service.liveRelease?.deploymentId === deployment.id;
  if (isNew !== (deployment.state === "succeeded")) wrong.push(`the deployment ${deployment.state} and the live release differ`);
  const expected = isNew ? after : before;

  const away = service.instances.filter(({ state }) => state !== "live");
  if (away.length > 0) wrong.push(`${away.length} of ${service.instances.length} instances are not live`);
  wrong.push(...(await containersWrong(docker, one, service)));
  wrong.push(...(await imagesWrong(docker, service, deployment)));
  if (one.hostname !== null) {
    const answer = await fetch(one.hostname, one.path).catch((error: Error) => ({ status: 0, body: error.message }));
    if (answer.status !== 200 || answer.body.trim() !== expected) wrong.push(`answers ${answer.status} ${answer.body.slice(0, 60)}, not ${expected}`);
  } else {
    const said = await lastRuntimeLine(client, service, expected);
    if (!said) wrong.push(`the worker does not say ${expected}`);
  }
  wrong.push(...(await look.leftovers()).map((path) => `left behind: ${path}`));
  return wrong;
}

async function containersWrong(docker: Look["docker"], one: CrashKind, service: Service): Promise<string[]> {
  const format = '{{.Label "run.aeroplane.release"}} {{.State}}';
  const listed = await docker("ps", "--all", "--filter", `label=run.aeroplane.service=${service.id}`, "--format", format);
  const found = listed.split("\n").filter(Boolean);
  const wanted = Array.from({ length: one.kind === "static" ? 0 : service.config.replicas }, () => `${service.liveRelease?.id} running`);
  return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [`containers ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`];
}

/** A deployment that did not go live leaves no image. */
async function imagesWrong(docker: Look["docker"], service: Service, deployment: Deployment): Promise<string[]> {
  if (deployment.state === "succeeded" || deployment.releaseId === null) return [];
  const tags = await docker("images", "--format", "{{.Repository}}:{{.Tag}}");
  const left = tags.split("\n").filter((tag) => tag.endsWith(`${service.id}:${deployment.releaseId}`));
  return left.map((tag) => `the image ${tag} is left`);
}

/** The last thing that the service says comes from `content`. */
async function lastRuntimeLine(client: Client, service: Service, content: string): Promise<boolean> {
  for await (const { lines } of await client.services.logs({ id: service.id, tail: 1 })) {
    return lines.at(-1)?.text.includes(` ${content} `) ?? false;
  }
  return false;
}

/** What was seen before the crash, or written by the builder, stands in the log: once, in order. */
export function lostLines(log: LogLine[], seen: LogLine[], built: string[]): string[] {
  const problems: string[] = [];
  const text = (line: LogLine) => `${line.at} ${line.stream} ${line.from} ${line.text}`;
  const begin = log.slice(0, seen.length).map(text);
  const firstLost = seen.map(text).findIndex((line, at) => line !== begin[at]);
  if (firstLost >= 0) problems.push(`line ${firstLost + 1}, seen before the crash, is lost: ${seen[firstLost]!.text}`);
  // The next agent says in between that it goes on with the build.
  const kept = log.filter(({ from, text: said }) => from === "build" && !said.startsWith("The agent was started anew")).map((line) => line.text);
  const missing = built.findIndex((line, at) => line !== kept[at]);
  if (missing >= 0) problems.push(`line ${missing + 1} of the build is lost: ${built[missing]} (instead: ${kept[missing]})`);
  return problems;
}
