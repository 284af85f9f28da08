// The app as it is, over a home that is there already; what it starts is counted.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BarContext } from "../frame.ts";
import type { Home } from "./home.ts";

const root = join(import.meta.dirname, "../../..");

export type App = { url: string; spawns: () => Promise<{ at: number; what: string }[]>; stop: () => Promise<void> };

export async function startOver({ cleanup }: BarContext, home: Home, window: string): Promise<App> {
  const file = join(home.folder, "spawns");
  await writeFile(file, "");
  const env = {
    ...process.env,
    HOME: home.folder,
    AEROPLANE_CONFIG_DIR: join(home.folder, "config"),
    AEROPLANE_LOCAL_DIR: join(home.folder, "local"),
    AEROPLANE_RENDERER_DIR: window,
    SPAWNS_FILE: file,
    SSH_AUTH_SOCK: join(home.folder, "no-agent.sock"),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home.folder, "no-bus")}`,
  };
  const child = spawn(process.execPath, ["--import", join(import.meta.dirname, "count-spawns.ts"), join(root, "src/web/main.ts")], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
  };
  cleanup(stop);
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (part: Buffer) => {
      said += part.toString();
      const found = /Aeroplane: (http:\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    void ended.then(() => reject(new Error(`the app ended:\n${said}`)));
  });
  return {
    url,
    stop,
    async spawns() {
      const lines = (await readFile(file, "utf8")).split("\n").filter(Boolean);
      return lines.map((line) => ({ at: Number(line.split(" ")[0]), what: line.slice(line.indexOf(" ") + 1) }));
    },
  };
}
