// Hostile texts that are allowed, where they are used: variables, start commands, links in a repository, headers of an app.
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Problem, ServiceConfig, ShapeName } from "../../../agent/contract/index.ts";
import { appFolder, release } from "../../world/apps/index.ts";
import type { GitServer } from "../../world/git/server.ts";
import type { AgentProcess } from "../agent-process.ts";
import { firstEnvironment } from "../../world/environment.ts";

export type Bench = { agent: AgentProcess; git: GitServer; projectId: string; texts: readonly string[]; secret: string };

const TELL_ALL = `
  const lie = JSON.parse(process.env.LIE || "{}");
  require("http").createServer((request, response) => {
    for (const [name, value] of Object.entries(lie)) response.setHeader(name, value);
    response.end(JSON.stringify({ argv: process.argv.slice(1), env: process.env }));
  }).listen(process.env.PORT);`.replace(/\s+/g, " ");

async function deploy(bench: Bench, name: string, shape: ShapeName, config: Partial<ServiceConfig>, variables: Record<string, string> = {}) {
  const { agent, projectId } = bench;
  const hostname = `${name}.bad-input.test`;
  const service = await agent.client.services.create({
    environmentId: await firstEnvironment(agent.client, projectId),
    name,
    shape,
    hostname,
    variables,
    config: { drainSeconds: 0, healthSeconds: 20, source: { type: "image", reference: "node:24-slim" }, ...config },
  });
  const started = await agent.client.deployments.start({ serviceId: service.id });
  const ended = await agent.deployed(started.id);
  return { service, hostname, ended, problem: ended.problem };
}

const quoted = (word: string) => `'${word.replaceAll("'", `'"'"'`)}'`;

/** Words of a start command and values of variables arrive in the process exactly as written. */
export async function literalUse(bench: Bench): Promise<string[]> {
  const values = bench.texts.filter((text) => text.length < 30_000 && !text.includes("\0") && text.isWellFormed());
  const words = values.filter((text) => !/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(text)).filter((text) => text.length < 60).slice(0, 25);
  const variables = Object.fromEntries(values.map((text, index) => [`TEXT_${index}`, text]));
  const startCommand = ["node", "-e", quoted(TELL_ALL), "--", ...words.map(quoted)].join(" ");
  const { hostname, problem } = await deploy(bench, "literal", "web", { port: 3000, startCommand }, variables);
  if (problem) return [`literal use: ${problem.message} ${problem.detail ?? ""}`];
  const told = JSON.parse((await bench.agent.fetch(hostname)).body) as { argv: string[]; env: Record<string, string> };
  const wrong = values.flatMap((text, index) =>
    told.env[`TEXT_${index}`] === text ? [] : [`variable ${JSON.stringify(text)} arrived as ${JSON.stringify(told.env[`TEXT_${index}`])}`],
  );
  if (JSON.stringify(told.argv) !== JSON.stringify(words)) wrong.push(`the words of the start command arrived as ${JSON.stringify(told.argv)}`);
  return wrong;
}

/** Links that leave the repository, wherever a deployment would follow them. */
export async function links(bench: Bench): Promise<string[]> {
  const { git, secret } = bench;
  const climb = `${"../".repeat(20)}${secret.slice(1)}`;
  // A builder is sent the link itself, which leads to nowhere in an image.
  const cases: { name: string; shape: ShapeName; at: string; to: string; config?: Partial<ServiceConfig>; harmless?: true }[] = [
    { name: "site-file", shape: "static", at: "site/secret.txt", to: secret },
    { name: "site-climb", shape: "static", at: "site/secret.txt", to: climb },
    { name: "site-folder", shape: "static", at: "site/etc", to: "/etc" },
    { name: "site-root", shape: "static", at: "out", to: "/etc", config: { site: { outputDirectory: "out", buildCommand: null, buildImage: "node:24-slim" } } },
    { name: "dockerfile", shape: "web", at: "Dockerfile", to: secret },
    { name: "context", shape: "web", at: "copied.txt", to: climb, harmless: true },
    { name: "root", shape: "web", at: "sub", to: "/etc", config: { source: { type: "git", url: "", branch: "", rootDirectory: "sub" } } },
  ];
  const wrong: string[] = [];
  for (const one of cases) {
    const app = one.shape === "static" ? "static" : "node-http";
    const repository = await git.create(`link-${one.name}`, release(app, "linked"), { from: appFolder(app) });
    if (one.at === "Dockerfile") await repository.commit({ Dockerfile: null });
    await symlink(one.to, join(repository.folder, one.at));
    await repository.commit({}, "Link");
    const source = { type: "git" as const, url: repository.http, branch: repository.branch, rootDirectory: "" };
    const site = one.shape === "static" ? { outputDirectory: "site", buildCommand: null, buildImage: "node:24-slim" } : null;
    const config: Partial<ServiceConfig> = { port: 3000, site, ...one.config, source: { ...source, ...(one.name === "root" ? { rootDirectory: "sub" } : {}) } };
    const { problem, hostname, ended } = await deploy(bench, `link-${one.name}`, one.shape, config);
    if (problem?.code !== (one.harmless ? undefined : "SOURCE_ESCAPES")) wrong.push(`link ${one.name}: ${told(problem)}`);
    const said = JSON.stringify([await bench.agent.logOf(ended.id), await bench.agent.fetch(hostname, "/secret.txt")]);
    if (said.includes("never-to-be-read")) wrong.push(`link ${one.name}: something outside was read`);
  }
  return wrong;
}

const told = (problem: Problem | null) => (problem ? `${problem.code}: ${problem.message}` : "was deployed");

/** An app that answers with the headers of another release changes nothing about who answers, and is not believed. */
export async function liar(bench: Bench): Promise<string[]> {
  const startCommand = ["node", "-e", quoted(TELL_ALL)].join(" ");
  const honest = await deploy(bench, "honest", "web", { port: 3000, startCommand });
  const live = (await bench.agent.client.services.get({ id: honest.service.id })).liveRelease?.id ?? "";
  const lie = JSON.stringify({
    "X-Aeroplane-Release": live,
    "X-Aeroplane-Answered-By": `app@127.0.0.1:3000@${live}`,
    "X-Accel-Redirect": bench.secret,
    "X-Sendfile": bench.secret,
    "Set-Cookie": "{env.HOME}={file./etc/passwd}",
  });
  const lying = await deploy(bench, "liar", "web", { port: 3000, startCommand }, { LIE: lie });
  const again = await bench.agent.client.deployments.start({ serviceId: lying.service.id });
  const second = await bench.agent.deployed(again.id);
  const own = (await bench.agent.client.services.get({ id: lying.service.id })).liveRelease?.id ?? "none";
  const answer = await bench.agent.fetch(lying.hostname);
  const wrong: string[] = [];
  if (lying.problem || second.problem || honest.problem) wrong.push(`the liar could not be deployed: ${told(lying.problem ?? second.problem ?? honest.problem)}`);
  if (own !== second.releaseId) wrong.push("the liar's second release is not the live one");
  if (answer.headers["x-aeroplane-release"] !== own) wrong.push(`the liar is believed: ${String(answer.headers["x-aeroplane-release"])}`);
  if (answer.body.includes("never-to-be-read") || String(answer.headers["set-cookie"]) !== "{env.HOME}={file./etc/passwd}") wrong.push("Caddy obeyed a header of the app");
  return wrong;
}

export async function placeSecret(path: string): Promise<void> {
  await writeFile(path, "never-to-be-read\n", { mode: 0o644 });
}
