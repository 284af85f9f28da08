// Shells on a real server: whose they are, what surrounds them, and what a restart of the agent leaves.
import { raiseWorld } from "../../world/raise.ts";
import { until } from "../../world/wait.ts";
import type { BarContext } from "../frame.ts";
import { openDesk } from "../tunnel/desk.ts";
import { openTypist, type Typist } from "./typist.ts";
import { rm } from "node:fs/promises";

export type Check = (what: string, right: boolean, figure: unknown) => void;

export async function onServer({ say, signal, cleanup }: BarContext, check: Check): Promise<void> {
  const world = await raiseWorld({ say, signal });
  cleanup(world.stop);
  const server = await world.server("ready");
  const desk = await openDesk();
  cleanup(() => (desk.desktop.close(), rm(desk.home, { recursive: true, force: true })));
  const signIn = async (user: "root" | "deploy") => {
    const { id } = await desk.desktop.servers.add({ user, address: server.address, port: 22, auth: { type: "key", path: server.privateKeyPath } });
    const state = await desk.settled(id, signal);
    if (state.state !== "ready") throw new Error(`${user} is not ready: ${JSON.stringify(state)}`);
    return desk.agentOf(id);
  };
  for (const user of ["root", "deploy"] as const) {
    const agent = await signIn(user);
    const typist = await openTypist(() => agent);
    check(`${user}: whose shell it is`, (await ask(typist, "id -un")) === user, user);
    check(`${user}: the terminal belongs to it`, (await ask(typist, "stat -c %U $(tty)")) === user, user);
    check(`${user}: its home`, (await ask(typist, "pwd")) === (await server.exec(["sh", "-c", `getent passwd ${user} | cut -d: -f6`])).trim(), "login shell");
    const group = await ask(typist, "cat /proc/self/cgroup");
    check(`${user}: outside the agent's unit`, !group.includes("aeroplane-agent"), group);
    check(`${user}: nothing of the agent's environment`, (await ask(typist, "env | grep -ci -e aeroplane -e invocation_id -e journal_stream")) === "0", "0 variables");
    if (user === "root") {
      await typist.close();
      continue;
    }
    const started = async (command: string) => (await ask(typist, `${command} & echo $!`)).split("\n").at(-1)!.trim();
    const left = await started("nohup sleep 4444 > /dev/null 2>&1");
    const plain = await started("sleep 5555");
    await server.exec(["systemctl", "restart", "aeroplane-agent"]);
    check("after a restart of the agent the terminal is said to be gone", (await typist.outcome).type === "gone", "gone");
    const lives = async (pid: string) => (await server.tryExec(["test", "-d", `/proc/${pid}`])).code === 0;
    await until("the shell's end", async () => (await server.exec(["sh", "-c", "pgrep -u deploy -c bash || true"])).trim() === "0", { within: 15_000, every: 200 });
    check("what was begun with nohup goes on", await lives(left), left);
    check("and what was not has ended", !(await lives(plain)), plain);
  }
}

let asked = 0;
async function ask(typist: Typist, command: string): Promise<string> {
  const mark = `m${++asked}`;
  typist.forget();
  typist.type(`echo; echo ${mark}-$((1+1)); ${command}; echo ${mark}-$((2+2))\n`);
  await typist.see(`${mark}-4`);
  const text = typist.text().replaceAll("\r", "");
  return text.slice(text.indexOf(`${mark}-2`) + mark.length + 3, text.lastIndexOf(`${mark}-4`)).trim();
}
