import { existsSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, type Problem } from "@aeroplane/agent/contract";
import { installCommand, type System } from "./commands.ts";

/** What answers at a socket. */
type Heard = { said: "docker" | "podman"; version: string } | { said: "forbidden" | "nothing" } | { said: "strange"; why: string };

/** What this machine's Docker is; every state but the first cannot be used. */
export type DockerState =
  | { state: "answers"; version: string }
  | { state: "strange"; why: string }
  | { state: "absent" | "stopped" | "forbidden" }
  | { state: "podman"; socket: string }
  | { state: "rootless"; socket: string; /** The system's own is there, too, and does not run. */ installed: boolean };

type Unusable = Exclude<DockerState, { state: "answers" }>;

export const DOCKER_SOCKET = "/var/run/docker.sock";

export type DockerPlaces = {
  /** The system's own, which the agent uses. */
  socket: string;
  /** Of daemons that a person has for themselves. */
  rootless: string[];
  podman: string[];
  programs: string[];
};

/** Where daemons lie; `DOCKER_HOST` may name another place for a person's own. */
export function dockerPlaces({ env, home }: { env: NodeJS.ProcessEnv; home: string }): DockerPlaces {
  const run = env.XDG_RUNTIME_DIR?.startsWith("/") ? env.XDG_RUNTIME_DIR : null;
  const named = env.DOCKER_HOST?.startsWith("unix:///") ? env.DOCKER_HOST.slice("unix://".length) : null;
  const own = (place: string) => (run === null ? [] : [join(run, place)]);
  return {
    socket: DOCKER_SOCKET,
    rootless: [...own("docker.sock"), join(home, ".docker/run/docker.sock"), join(home, ".docker/desktop/docker.sock"), ...(named === null ? [] : [named])].filter((path) => path !== DOCKER_SOCKET),
    podman: [...own("podman/podman.sock"), "/run/podman/podman.sock"],
    programs: ["/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd"],
  };
}

/** The system's daemon first; what else is there says what to do where that one cannot be used. */
export async function lookForDocker(places: DockerPlaces): Promise<DockerState> {
  const heard = await ask(places.socket);
  if (heard.said === "docker") return { state: "answers", version: heard.version };
  if (heard.said === "podman") return { state: "podman", socket: places.socket };
  if (heard.said === "forbidden") return { state: "forbidden" };
  if (heard.said === "strange") return { state: "strange", why: heard.why };
  const installed = places.programs.some((path) => existsSync(path));
  const rootless = await firstThat("docker", places.rootless);
  if (rootless !== null) return { state: "rootless", socket: rootless, installed };
  if (installed) return { state: "stopped" };
  const podman = await firstThat("podman", [...places.podman, ...places.rootless]);
  return podman === null ? { state: "absent" } : { state: "podman", socket: podman };
}

async function firstThat(said: "docker" | "podman", sockets: readonly string[]): Promise<string | null> {
  for (const socket of sockets) if ((await ask(socket)).said === said) return socket;
  return null;
}

/** What the daemon says over its socket; no client program is needed. */
function ask(socketPath: string): Promise<Heard> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: "/version", timeout: 5000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text = (text + chunk).slice(0, 64 * 1024)));
      answer.on("error", (error) => resolve({ said: "strange", why: error.message }));
      answer.on("end", () => resolve(heardOf(text, answer.statusCode)));
    });
    asked.on("timeout", () => asked.destroy(Object.assign(new Error("it does not answer"), { code: "SILENT" })));
    asked.on("error", ({ code, message }: NodeJS.ErrnoException) => {
      if (code === "EACCES" || code === "EPERM") return resolve({ said: "forbidden" });
      if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTSOCK") return resolve({ said: "nothing" });
      resolve({ said: "strange", why: message });
    });
    asked.end();
  });
}

function heardOf(text: string, status: number | undefined): Heard {
  const version = /"Version":\s*"([^"]+)"/.exec(text)?.[1];
  if (version === undefined) return { said: "strange", why: `it answered ${status}` };
  return { said: /"Podman Engine"/i.test(text) ? "podman" : "docker", version };
}

/** Why it cannot be used, and the one command that mends it. */
export function whyNoDocker(found: Unusable, system: System): Problem {
  const { login, sudo, systemd } = system;
  const start = systemd ? `${sudo}systemctl enable --now docker` : `${sudo}service docker start`;
  switch (found.state) {
    case "strange":
      return describe("DOCKER_UNAVAILABLE", { why: found.why });
    case "absent":
      return describe("DOCKER_NOT_INSTALLED", { command: installCommand(system, "docker") });
    case "stopped":
      return describe("DOCKER_NOT_RUNNING", { command: start });
    case "forbidden":
      return describe("DOCKER_NOT_ALLOWED", { login, command: `sudo usermod --append --groups docker ${login}` });
    case "rootless":
      return describe("DOCKER_ROOTLESS", { login, socket: found.socket, command: found.installed ? start : installCommand(system, "docker") });
    case "podman":
      return describe("DOCKER_BY_PODMAN", { socket: found.socket, command: installCommand(system, "docker-for-podman") });
  }
}

/** The command alone, where commands stand in a list. */
export const commandOf = ({ values }: Problem): string | null => {
  const command = values?.["command"];
  return typeof command === "string" ? command : null;
};
