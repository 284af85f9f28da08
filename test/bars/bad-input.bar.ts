// Every text field of every procedure takes hostile text: refused with a code, or used exactly as it is written.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGitServer } from "../world/git/server.ts";
import { beginRun, endRun } from "../world/run.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { agentAttack } from "./bad-input/agent-fields.ts";
import { attack, type Tally } from "./bad-input/attack.ts";
import { liar, links, literalUse, placeSecret } from "./bad-input/at-work.ts";
import { desktopAttack } from "./bad-input/desktop-fields.ts";
import { payloads } from "./bad-input/payloads.ts";
import { bar } from "./frame.ts";

/** The short form takes one text in so many. */
const SHORT_SHARE = 9;

export default bar({
  name: "bad-input",
  minutes: 20,
  run: async (context) => {
    const { short, say, cleanup, signal } = context;
    const folder = await mkdtemp(join(tmpdir(), "aeroplane-bad-input-"));
    cleanup(() => rm(folder, { recursive: true, force: true }));
    const [canary, secret] = [join(folder, "canary"), join(folder, "secret")];
    await placeSecret(secret);
    const all = payloads({ canary, secret });
    const texts = short ? all.filter((_, index) => index % SHORT_SHARE === 0) : all;

    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    const agent = await startAgentProcess(context, { prefix: "bad-input" });
    const { id: projectId, environments } = await agent.client.projects.create({ name: "Target" });
    const environmentId = environments[0]!.id;
    const target = await agent.client.services.create({
      environmentId,
      name: "target",
      shape: "web",
      config: { source: { type: "image", reference: "busybox:1" } },
      variables: { NAME: "value" },
    });

    const site = await agent.client.services.create({
      environmentId,
      name: "site",
      shape: "static",
      config: { source: { type: "git", url: "https://git.invalid/owner/repository", branch: "main" } },
    });

    const targets = { projectId, environmentId, serviceId: target.id, siteId: site.id };
    const onAgent = await attack({ ...agentAttack(agent.client, targets), texts, signal });
    report("agent", onAgent, say);
    const desktop = await desktopAttack(join(folder, "config"));
    cleanup(desktop.close);
    const onDesktop = await attack({ ...desktop, texts, signal });
    report("desktop", onDesktop, say);
    const wrong = [...onAgent.wrong, ...onDesktop.wrong, ...(await halfMade(agent, projectId))];

    const bench = { agent, git, projectId, texts: all, secret };
    wrong.push(...(await literalUse(bench)));
    if (!short) wrong.push(...(await links(bench)), ...(await liar(bench)));
    if (existsSync(canary)) wrong.push(`${canary} exists: something was executed`);
    for (const what of wrong.slice(0, 50)) say(`  wrong: ${what}`);

    const fields = onAgent.fields.length + onDesktop.fields.length;
    const [refused, literal] = [onAgent.refused + onDesktop.refused, onAgent.literal + onDesktop.literal];
    return {
      ok: wrong.length === 0,
      figure: `bad-input: ${fields} text fields × ${texts.length} texts: ${refused} refused with a code, ${literal} used literally, ${wrong.length} wrong`,
    };
  },
});

function report(name: string, { fields, refused, literal }: Tally, say: (line: string) => void): void {
  say(`${name}: ${fields.length} text fields, ${refused} calls refused, ${literal} taken literally`);
  for (const { label } of fields) say(`  ${label}`);
}

/** Only what was accepted whole may be there: every service that was made has been deleted again. */
async function halfMade({ client, ended }: AgentProcess, projectId: string): Promise<string[]> {
  for (const job of await client.jobs.list({})) if (job.endedAt === null) await ended(job.id);
  const services = await client.services.list({ projectId });
  const deployments = await Promise.all(services.map(({ id }) => client.deployments.list({ serviceId: id })));
  return [
    ...(services.length === 2 ? [] : [`${services.length - 2} services are left: ${services.map(({ name }) => name.slice(0, 40)).join(", ")}`]),
    ...(deployments.flat().length === 0 ? [] : [`${deployments.flat().length} deployments began`]),
  ];
}
