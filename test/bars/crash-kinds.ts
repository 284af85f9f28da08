// Services of every shape and source, each with a way to become another release whose content can be told from outside.
import type { Service, ServiceConfig } from "../../agent/contract/index.ts";
import { appFolder, release, type AppName } from "../world/apps/index.ts";
import type { GitServer } from "../world/git/server.ts";
import type { AgentProcess } from "./agent-process.ts";

export type Client = AgentProcess["client"];

export type CrashKind = {
  /** Told apart by what it is made from, where that differs. */
  kind: "git" | "image" | "static" | "worker";
  service: Service;
  hostname: string | null;
  /** Path whose body is the release's content. */
  path: string;
  /** What comes next will be `id`. */
  change: (id: string) => Promise<unknown>;
};

export const GRACE_SECONDS = 1;
/** Lines that the build of an app says, so that a lost one would be seen. */
export const BUILD_LINES = 300;

const common = { healthSeconds: 20, drainSeconds: GRACE_SECONDS, startCommand: null, healthPath: null, port: null, site: null };
const LINES = `RUN node -e "for (let i = 1; i <= ${BUILD_LINES}; i++) console.log('line ' + i)"`;
const IMAGE_APP = `node -e 'require("http").createServer((q,s)=>s.end(process.env.CONTENT)).listen(process.env.PORT);process.on("SIGTERM",()=>process.exit(0))'`;

export async function createKinds(client: Client, git: GitServer, run: string): Promise<CrashKind[]> {
  const { environments } = await client.projects.create({ name: `Crash ${run}` });
  const environmentId = environments[0]!.id;
  const of = async (app: AppName, kind: CrashKind["kind"], path: string, config: Partial<ServiceConfig>, files = {}): Promise<CrashKind> => {
    const repository = await git.create(app, { ...release(app, "none"), ...files }, { from: appFolder(app) });
    const shape = kind === "git" || kind === "image" ? "web" : kind;
    const hostname = kind === "worker" ? null : `${app}.${run}.test`;
    const source = { type: "git" as const, url: repository.http, branch: repository.branch, rootDirectory: "" };
    const service = await client.services.create({ environmentId, name: app, shape, hostname, config: { ...common, source, ...config } });
    return { kind, service, hostname, path, change: (id) => repository.commit(release(app, id), id) };
  };
  const dockerfile = (command: string) => `FROM node:24-slim\nWORKDIR /app\nCOPY . .\n${LINES}\nCMD ["node", "${command}"]\n`;
  const image = await client.services.create({
    environmentId,
    name: "image",
    shape: "web",
    hostname: `image.${run}.test`,
    config: { ...common, source: { type: "image", reference: "node:24-slim" }, port: 3000, replicas: 2, startCommand: IMAGE_APP },
  });
  return [
    await of("node-http", "git", "/", { port: 3000, healthPath: "/health" }, { Dockerfile: dockerfile("server.mjs") }),
    {
      kind: "image",
      service: image,
      hostname: image.hostname,
      path: "/",
      change: (id) => client.variables.change({ environmentId, serviceId: image.id, set: { CONTENT: id } }),
    },
    await of("static-build", "static", "/release.txt", { site: { outputDirectory: "dist", buildCommand: "node build.mjs", buildImage: "node:24-slim" } }),
    await of("worker", "worker", "", { healthSeconds: 1 }, { Dockerfile: dockerfile("worker.mjs") }),
  ];
}
