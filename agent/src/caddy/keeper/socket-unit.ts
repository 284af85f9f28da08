import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../../../contract/index.ts";
import { effect } from "../../effects/index.ts";
import { run, type RunResult } from "../../sandbox/index.ts";
import { HTTP_NAME, launcherFile } from "./launcher.ts";
import { isEverywhere, portAddress, type KeeperPlace } from "./place.ts";
import type { Port } from "./port.ts";

const UNITS = "/etc/systemd/system";
/** A port is a unit of its own: one can come later without the others being closed for it. */
export const HTTP_SOCKET = "aeroplane-http.socket";

export function socketUnit(place: KeeperPlace & { unit: string }): string {
  return `[Unit]
Description=Port ${place.httpPort} for sites of Aeroplane
# Written by the agent, as the launcher is: who opens the port must have something to start.
ConditionPathExists=${launcherFile(place.dataDir)}
StartLimitIntervalSec=0

[Socket]
ListenStream=${isEverywhere(place) ? place.httpPort : portAddress(place)}
BindIPv6Only=both
FileDescriptorName=${HTTP_NAME}
Service=${place.unit}
# Visitors wait in here while Caddy is replaced.
Backlog=4096
# However often Caddy fails to start, the port stays; how fast it is tried again is its own unit's affair.
TriggerLimitIntervalSec=0

[Install]
WantedBy=sockets.target
`;
}

/** systemd keeps the port: over Caddy's end, over its own re-execution, and from before Caddy at boot. */
export function socketUnitPort(place: KeeperPlace & { unit: string }): Port {
  const path = join(UNITS, HTTP_SOCKET);
  const text = socketUnit(place);

  const written = async () => (await readFile(path, "utf8").catch(() => "")) === text;

  return {
    async kept() {
      if (!(await written())) return false;
      const said = await systemctl("show", "--property=ActiveState,UnitFileState,NeedDaemonReload", HTTP_SOCKET);
      return ["ActiveState=active", "UnitFileState=enabled", "NeedDaemonReload=no"].every((line) => said.stdout.split("\n").includes(line));
    },
    async keep() {
      if (!(await written())) {
        await effect("caddy.unit.write", async () => {
          await writeFile(`${path}.new`, text, { mode: 0o644 });
          await rename(`${path}.new`, path);
        });
        // One that is open is open as its former text says.
        await systemctl("stop", HTTP_SOCKET, place.unit);
      }
      await systemctl("daemon-reload");
      await systemctl("enable", "--quiet", HTTP_SOCKET);
      const said = await systemctl("start", HTTP_SOCKET);
      if (said.code !== 0) throw fail("CADDY_UNAVAILABLE", { why: `systemctl could not start ${HTTP_SOCKET}` }, { detail: said.stderr });
    },
    async start() {
      const said = await systemctl("start", place.unit);
      if (said.code !== 0) throw fail("CADDY_UNAVAILABLE", { why: `systemctl could not start ${place.unit}` }, { detail: said.stderr });
    },
    failed: () => Promise.resolve(null),
    async replace() {
      await systemctl("restart", "--no-block", place.unit);
    },
    async release() {
      // In one transaction: a visitor who comes in between would start Caddy again.
      await systemctl("stop", HTTP_SOCKET, place.unit);
    },
    async remove() {
      await systemctl("stop", HTTP_SOCKET, place.unit);
      await systemctl("disable", "--quiet", HTTP_SOCKET);
      await effect("caddy.unit.remove", () => rm(path, { force: true }));
      await systemctl("daemon-reload");
    },
  };
}

/** At boot the unit may have just been started by systemd and not be ready yet. */
export async function unitRuns(unit: string): Promise<boolean> {
  return (await systemctl("is-active", "--quiet", unit)).code === 0;
}

/** One effect per act, so that a test can end the agent between any two. */
function systemctl(...words: string[]): Promise<RunResult> {
  const ask = () => run(["systemctl", ...words], { cwd: "/", env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" }, account: null, seconds: 60 });
  return ["show", "is-active"].includes(words[0]!) ? ask() : effect(`caddy.unit.${words[0]}`, ask);
}
