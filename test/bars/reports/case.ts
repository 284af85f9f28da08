// One public report as a row: what was tried, what a person would expect, and what is seen here.
import type { Deployment, Service, ServiceConfig, ShapeName } from "../../../agent/contract/index.ts";
import type { Files, Repository, RepositoryOptions } from "../../world/git/repositories.ts";
import type { Server } from "../../world/server.ts";
import type { Answer, AgentProcess } from "../agent-process.ts";

export type Deployed = { service: Service; hostname: string; ended: Deployment; /** Of a deployment that ended well "live", else its code. */ outcome: string };

export type DeployOptions = {
  shape?: ShapeName;
  hostname?: string;
  config?: Partial<ServiceConfig>;
  variables?: Record<string, string>;
};

export type Bench = {
  agent: AgentProcess;
  /** The name of this run, for what must not meet another's. */
  run: string;
  /** A folder that goes with the run. */
  folder: string;
  repository: (files: Files, options?: RepositoryOptions) => Promise<Repository>;
  /** Lets the server fetch from the Git server over SSH. */
  holdGitKey: () => Promise<void>;
  /** A service of its own, deployed once. */
  deploy: (options: DeployOptions) => Promise<Deployed>;
  /** Once more, as it is now. */
  again: (of: Deployed) => Promise<Deployed>;
  get: (hostname: string, path?: string, headers?: Record<string, string>) => Promise<Answer>;
  /** An image on this machine alone, under the name of a registry that nobody can reach. */
  image: (files: Files) => Promise<string>;
  logOf: (of: Deployed) => Promise<string>;
  /** A server of the world with tcsh and sudo-rs, raised when it is first asked for. */
  server: () => Promise<Server>;
  signal: AbortSignal;
};

export type Case = {
  name: string;
  expected: string;
  /** Also in the short form. */
  short?: true;
  see: (bench: Bench) => Promise<string>;
};

/** Words in a row: "live, 200, warned". */
export const row = (...words: (string | number | boolean | null | undefined)[]): string => words.map(String).join(", ");
