// What a busy hour asks of an agent: a build that talks without end, watched by three, and twenty services.
import type { AgentClient } from "../../../src/desktop/agent/client.ts";
import type { GitServer } from "../../world/git/server.ts";
import { until } from "../../world/wait.ts";
import { firstEnvironment } from "../../world/environment.ts";

type Client = AgentClient["client"];

/** One line is this long with its line end. */
const LINE_BYTES = 100;
const FROM = "node:24-slim";

export type TalkResult = { lines: number; bytes: number; streams: number[]; problem: string | null };

/** Deploys an app whose build writes so many bytes, and reads its log on three streams at once. */
export async function talkativeBuild(o: { client: Client; git: GitServer; projectId: string; bytes: number; signal: AbortSignal }): Promise<TalkResult> {
  const { client, git, projectId, signal } = o;
  const lines = Math.round(o.bytes / LINE_BYTES);
  const filler = "x".repeat(LINE_BYTES - 17);
  const talk = `let n=0;const more=()=>{for(;n<${lines};){if(!process.stdout.write("talk "+String(n++).padStart(10,"0")+" ${filler}\\n"))return process.stdout.once("drain",more)}};more()`;
  const repository = await git.create("talkative", {
    "talk.js": talk,
    "server.js": `require("http").createServer((q,s)=>s.end("ok")).listen(process.env.PORT)`,
    Dockerfile: `FROM ${FROM}\nWORKDIR /app\nCOPY . .\nARG NOW=${Date.now()}\nRUN node talk.js\nCMD ["node", "server.js"]\n`,
  });
  const { id: serviceId } = await client.services.create({
    environmentId: await firstEnvironment(client, projectId),
    name: "talkative",
    shape: "web",
    config: { source: { type: "git", url: repository.http, branch: repository.branch }, port: 3000, drainSeconds: 0 },
  });
  const { id } = await client.deployments.start({ serviceId });
  const streams = await Promise.all([1, 2, 3].map(() => countTalk(client, id, signal)));
  const { problem } = await client.deployments.get({ id });
  return { lines, bytes: lines * LINE_BYTES, streams, problem: problem && `${problem.message} ${problem.detail ?? ""}` };
}

/** Lines of the talk in their order; one that is missing or doubled ends the count. */
async function countTalk(client: Client, id: string, signal: AbortSignal): Promise<number> {
  let next = 0;
  for await (const { lines, ended } of await client.deployments.log({ id }, { signal })) {
    for (const { text } of lines) {
      const at = text.indexOf("talk 0");
      if (at < 0 || text.includes("talk.js")) continue;
      if (Number(text.slice(at + 5, at + 15)) !== next) throw new Error(`the log has ${text.slice(at, at + 15)} where line ${next} belongs`);
      next += 1;
    }
    if (ended) break;
  }
  return next;
}

/** So many services of a small image, deployed and live. */
export async function manyServices(o: { client: Client; projectId: string; count: number; config: object; signal: AbortSignal }): Promise<number> {
  const { client, projectId, count, config, signal } = o;
  const made: string[] = [];
  for (let index = 0; index < count; index++) {
    const { id } = await client.services.create({ environmentId: await firstEnvironment(client, projectId), name: `s${index}`, shape: "web", hostname: `s${index}.small.test`, config: config as never });
    made.push(id);
    await client.deployments.start({ serviceId: id });
  }
  const live = () => client.services.list({ projectId }).then((all) => all.filter(({ id, state }) => made.includes(id) && state === "live").length);
  return await until(
    `${count} live services`,
    async () => {
      const failed = (await client.services.list({ projectId })).find(({ state }) => state === "failed");
      if (failed) throw new Error(`${failed.name}: ${failed.lastDeployment?.problem?.message}`);
      return (await live()) === count && count;
    },
    { within: 300_000, every: 500, signal },
  );
}
