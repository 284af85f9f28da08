// One service of each shape, quick to deploy, for bars that go through every kind of job.
import { join } from "node:path";
import { shapes, type Service, type ServiceConfig, type ShapeName, type SourceName } from "../../../agent/contract/index.ts";
import { appFolder, release, type AppName } from "../../world/apps/index.ts";
import { keepObject } from "../../world/git/lfs.ts";
import type { GitServer } from "../../world/git/server.ts";
import type { AgentProcess } from "../agent-process.ts";
import { firstEnvironment } from "../../world/environment.ts";

export type Client = AgentProcess["client"];

/** One service under test. */
export type Subject = { shape: string; service: Service; hostname: string | null; path: string; hasProcess: boolean };

export type Shape = { shape: string; make(client: Client, projectId: string, name: string): Promise<Subject> };
/** `is`: its name in the agent's table; `from`: that of its source. */
export type TableShape = Shape & { is: ShapeName; from: SourceName; hasProcess: boolean };

export const DRAIN_SECONDS = 1;
const common = { healthSeconds: 20, drainSeconds: DRAIN_SECONDS, startCommand: null, healthPath: null, port: null, site: null };
const IMAGE_APP = `node -e 'require("http").createServer((q,s)=>s.end("ok")).listen(process.env.PORT);process.on("SIGTERM",()=>process.exit(0))'`;
const dockerfile = (command: string) => `FROM node:24-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "${command}"]\n`;

/** A site one of whose files lies with Git LFS. */
async function lfsRepository(git: GitServer): Promise<ServiceConfig["source"]> {
  const { http, branch, folder, commit } = await git.create("large-file", release("static-build", "one"), { from: appFolder("static-build") });
  await commit({ ".gitattributes": "*.bin filter=lfs\n", "large.bin": await keepObject(join(folder, ".git"), "large") });
  return { type: "git", url: http, branch, rootDirectory: "", lfs: true };
}

/** The first is the quickest: an image that is there. */
export const createShapes = (git: GitServer, run: string): TableShape[] => allShapes(git, run).filter(({ shape }) => shape !== "files");

/** Besides, a site that is taken as it is: it differs from the other one only where it is deployed. */
export function allShapes(git: GitServer, run: string): TableShape[] {
  const make = (label: string, shape: ShapeName, from: SourceName, path: string, config: () => Promise<Partial<ServiceConfig> & Pick<ServiceConfig, "source">>): TableShape => ({
    shape: label,
    is: shape,
    from,
    hasProcess: shapes[shape].process === "container",
    async make(client, projectId, name) {
      const hostname = shape === "worker" ? null : `${name}.${run}.test`;
      const service = await client.services.create({ environmentId: await firstEnvironment(client, projectId), name, shape, hostname, config: { ...common, ...(await config()) } });
      return { shape: label, service, hostname, path, hasProcess: service.traits.process === "container" };
    },
  });
  const repositories = new Map<AppName, Promise<ServiceConfig["source"]>>();
  function repository(app: AppName, files = {}): Promise<ServiceConfig["source"]> {
    const known = repositories.get(app) ?? git.create(app, { ...release(app, "one"), ...files }, { from: appFolder(app) }).then(({ http, branch }) => ({ type: "git" as const, url: http, branch, rootDirectory: "" }));
    repositories.set(app, known);
    return known;
  }
  let large: Promise<ServiceConfig["source"]> | undefined;
  const withLargeFile = () => (large ??= lfsRepository(git));
  return [
    make("image", "web", "image", "/", async () => ({ source: { type: "image", reference: "node:24-slim" }, port: 3000, startCommand: IMAGE_APP })),
    make("site", "static", "git", "/release.txt", async () => ({
      source: await repository("static-build"),
      site: { outputDirectory: "dist", buildCommand: "node build.mjs", buildImage: "node:24-slim" },
    })),
    make("files", "static", "git", "/release.txt", async () => ({ source: await withLargeFile(), site: { outputDirectory: "", buildCommand: null, buildImage: "node:24-slim" } })),
    make("worker", "worker", "git", "", async () => ({ source: await repository("worker", { Dockerfile: dockerfile("worker.mjs") }), healthSeconds: 1 })),
    make("web", "web", "git", "/", async () => ({ source: await repository("node-http", { Dockerfile: dockerfile("server.mjs") }), port: 3000, healthPath: "/health" })),
  ];
}
