// Services of every kind with values of every scope, deployed, failed, brought back, and a command in one of them.
import type { ServiceConfig } from "../../../agent/contract/index.ts";
import type { GitServer } from "../../world/git/server.ts";
import type { AgentProcess } from "../agent-process.ts";
import type { Mark } from "./canaries.ts";
import type { Ids } from "./viewer.ts";

const node = (line: string) => `node -e '${line}'`;
const STAYS = `setInterval(() => {}, 1000); process.on("SIGTERM", () => process.exit(0))`;
const has = (names: string[]) => `for (const name of ${JSON.stringify(names).replaceAll('"', "`")}) if (!process.env[name]) process.exit(9);`;
const ALL = ["SHARED", "SHARED_SECRET", "OWN", "HIDDEN", "LINES", "REFERS"];

export type Story = Ids & { wrong: string[]; deployments: number };
type Client = AgentProcess["client"];

const config = (source: ServiceConfig["source"], more: Partial<ServiceConfig> = {}) => ({ source, healthSeconds: 1, drainSeconds: 0, startCommand: null, site: null, ...more }) as ServiceConfig;
const image = (startCommand: string) => config({ type: "image", reference: "node:24-slim" }, { startCommand });

/** `secret`: what may be nowhere; `planted`: what is put where a value could be, so that a look that finds nothing is worth something. */
export async function tell(agent: AgentProcess, git: GitServer, { secret, planted, say }: { secret: Mark; planted: Mark; say: (line: string) => void }): Promise<Story> {
  const { client, deployed, ended } = agent;
  const wrong: string[] = [];
  const { id: projectId, environments } = await client.projects.create({ name: `shop ${planted.word("project")}` });
  const environmentId = environments[0]!.id;
  const variables = await set(client, environmentId, secret);
  const make = (name: string, shape: "worker" | "static", its: ServiceConfig) => client.services.create({ environmentId, name, shape, config: its, variables: variables(name) });
  const deploy = async (serviceId: string, code: string | null = null) => {
    const { problem } = await deployed((await client.deployments.start({ environmentId, serviceId })).id);
    if (code !== "IMAGE_NOT_FOUND" ? (problem?.code ?? null) !== code : problem === null) wrong.push(`a deployment ended with ${problem?.code ?? "success"}: ${problem?.message} ${problem?.detail ?? ""}`);
  };

  const [built, site] = await Promise.all([
    git.create("built", { Dockerfile: `FROM node:24-slim\nENV PLANTED=${planted.word("builtenv")}\nRUN echo ${planted.word("buildstep")} > /planted.txt\nCMD ["node", "-e", "${STAYS.replaceAll('"', "'")}"]\n` }),
    git.create("site", { "build.mjs": `import { mkdirSync, writeFileSync } from "node:fs"; for (const name of ${JSON.stringify(ALL)}) if (!process.env[name]) process.exit(9); mkdirSync("dist"); writeFileSync("dist/index.html", "${planted.word("site")}");` }),
  ]);
  const source = ({ http, branch }: typeof built) => ({ type: "git" as const, url: http, branch, rootDirectory: "" });
  const app = await make("app", "worker", image(node(`${has(ALL)} console.log("began"); ${STAYS}`)));
  const services = [
    app,
    await make("built", "worker", config(source(built))),
    await make("site", "static", config(source(site), { site: { outputDirectory: "dist", buildCommand: "node build.mjs", buildImage: "node:24-slim" } as never })),
    await make("failing", "worker", { ...image(node(`console.error("it fails"); process.exit(3)`)), healthSeconds: 60 }),
    await make("absent", "worker", config({ type: "image", reference: `127.0.0.1:1/${planted.word("image")}:1` })),
  ];
  await Promise.all(services.map(({ id, name }) => deploy(id, name === "failing" ? "APP_EXITED" : name === "absent" ? "IMAGE_NOT_FOUND" : null)));
  say("four services are deployed or have failed, with values of every scope");

  // Another value of a name, then the way back to the one before.
  await client.variables.change({ environmentId, serviceId: app.id, set: { OWN: secret.value("newer") } });
  await deploy(app.id);
  const releases = await client.deployments.releases({ environmentId, serviceId: app.id });
  const back = await deployed((await client.deployments.rollback({ environmentId, serviceId: app.id, releaseId: releases.find(({ live }) => !live)!.id })).id);
  if (back.problem) wrong.push(`the rollback ended with ${back.problem.message}`);
  for (const [command, code] of [[node(`${has(ALL)} console.log("${planted.word("run")}")`), 0], [node(`${has(ALL)} process.exit(4)`), 4]] as const) {
    const { job } = await client.runs.start({ environmentId, serviceId: app.id, command });
    await ended(job.id);
    const { exitCode, job: { problem } } = await client.runs.get({ id: job.id });
    if (exitCode !== code) wrong.push(`a command ended with ${exitCode}: ${problem?.message}`);
  }
  await client.staged.stage({ environmentId, serviceId: app.id, set: { STAGED: secret.value("staged"), STAGED_SECRET: secret.lines("stagedsecret") }, secret: ["STAGED_SECRET"] });
  await refusals(client, environmentId, app.id, secret);

  const live = await client.deployments.releases({ environmentId, serviceId: app.id });
  const deployments = (await Promise.all(services.map(({ id: serviceId }) => client.deployments.list({ environmentId, serviceId })))).flat();
  const jobs = await client.jobs.list({});
  return { projectId, environmentId, serviceIds: services.map(({ id }) => id), releaseIds: live.map(({ id }) => id), others: [...new Set([...deployments, ...jobs].map(({ id }) => id))], wrong, deployments: deployments.length };
}

/** Of the environment; answers those that each service gets. */
async function set(client: Client, environmentId: string, secret: Mark): Promise<(service: string) => Record<string, string>> {
  await client.variables.change({ environmentId, serviceId: null, set: { SHARED: secret.value("shared"), SHARED_SECRET: secret.lines("sharedsecret") }, secret: ["SHARED_SECRET"] });
  return (service) => ({
    OWN: secret.value(`own${service}`),
    HIDDEN: secret.value(`hidden${service}`),
    LINES: secret.lines(`lines${service}`),
    REFERS: `postgres://user:${secret.word(`refers${service}`)}@db/\${{shared.SHARED_SECRET}}`,
    SHARED: "${{shared.SHARED}}",
    SHARED_SECRET: "${{shared.SHARED_SECRET}}",
  });
}

/** What is refused is told, and kept in the audit trail: without the value that it was about. */
async function refusals(client: Client, environmentId: string, serviceId: string, secret: Mark): Promise<void> {
  const value = secret.value("refused");
  const scope = { environmentId, serviceId };
  await client.variables.change({ ...scope, set: {}, secret: ["HIDDEN"] });
  await Promise.all(
    [
      client.variables.change({ ...scope, set: { "not a name": value } }),
      client.variables.change({ ...scope, set: { CIRCLE: `${value} \${{self.CIRCLE}}` } }),
      client.variables.change({ ...scope, set: { UNKNOWN: `${value} \${{nobody.NAME}}` } }),
      client.staged.stage({ ...scope, set: { UNKNOWN: `${value} \${{nobody.NAME}}` } }),
      client.variables.reveal({ ...scope, name: "HIDDEN" }),
    ].map((asked) => asked.catch(() => null)),
  );
}
