// The checks that both forms of the measure share.
import { foreignVisitors } from "./web.ts";
import type { Desk } from "./desk.ts";
import { socketFiles, tryConnect, tryFromContainer, type Machine } from "./probe.ts";

const DOCKER_SOCKET = "/run/docker.sock";

export type Checks = { check(what: string, is: unknown, wanted: unknown): void; wrong: string[] };

export function createChecks(say: (line: string) => void): Checks {
  const wrong: string[] = [];
  return {
    wrong,
    check(what, is, wanted) {
      const right = JSON.stringify(is) === JSON.stringify(wanted);
      say(`${right ? "ok   " : "WRONG"} ${what}: ${JSON.stringify(is)}`);
      if (!right) wrong.push(what);
    },
  };
}

type Place = { machine: Machine; folders: string[]; agentSocket: string; node: string; stranger: string; caddyRun: string; container: string };

/** Modes of all sockets, and who gets through them; answers how many there are. */
export async function checkSockets({ machine, folders, agentSocket, node, stranger, caddyRun, container }: Place, { check }: Checks, say: (line: string) => void): Promise<number> {
  const sockets = await socketFiles(machine, folders);
  for (const { path, mode, owner } of sockets) say(`      ${mode} ${owner} ${path}`);
  check("sockets that others may open", sockets.filter(({ mode }) => !mode.endsWith("00")).map(({ path }) => path), []);
  check("the agent's socket", sockets.filter(({ path }) => path === agentSocket), [{ path: agentSocket, mode: "600", owner: "root" }]);
  const caddy = (await machine.exec(["stat", "--format", "%u", caddyRun])).trim();
  for (const path of [...sockets.map(({ path }) => path), DOCKER_SOCKET]) {
    const reached = await tryConnect(machine, node, path, "root");
    // One that lasts for a call alone may be over by now.
    if (reached === "ENOENT" && !(await socketFiles(machine, folders)).some((one) => one.path === path)) {
      say(`      gone meanwhile: ${path}`);
      continue;
    }
    check(`root reaches ${path}`, reached, "connected");
    check(`another local user fails on ${path}`, await tryConnect(machine, node, path, stranger), "EACCES");
    check(`an app's container fails on ${path}`, await tryFromContainer(machine, container, path), "ENOENT");
  }
  for (const path of [agentSocket, DOCKER_SOCKET]) check(`Caddy's user fails on ${path}`, await tryConnect(machine, node, path, caddy), "EACCES");
  return sockets.length;
}

export async function checkWebHost(desk: Desk, { check }: Checks): Promise<void> {
  for (const [what, answer] of Object.entries(await foreignVisitors(desk))) check(`web host: ${what}`, answer, what.startsWith("socket, own") ? "opened" : 403);
}
