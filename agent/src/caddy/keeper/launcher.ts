import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { effect } from "../../effects/index.ts";
import { PRINT_SELF } from "../../sandbox/index.ts";
import { HTTP_VARIABLE } from "../place.ts";
import { unitHoldText } from "./hold-new.ts";
import { caddyFolder, configFile, portAddress, type KeeperPlace } from "./place.ts";
import { startedFile } from "./started.ts";

/** What systemd, or the holder, calls the socket of plain HTTP; HTTPS and QUIC will have names of their own beside it. */
export const HTTP_NAME = "http";

export const launcherFile = (dataDir: string) => join(caddyFolder(dataDir), "launch");

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * Go's collector comes when the heap has grown by so many percent. 200 serves 2 to 3 % fewer requests, and Go's own 100
 * another 4 to 6 %; that has a quarter less memory while 3,000 requests wait (0026).
 */
export const GOGC = "300";

function environment(dataDir: string): Record<string, string> {
  const own = join(caddyFolder(dataDir), "run");
  return { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: own, XDG_DATA_HOME: own, XDG_CONFIG_HOME: own, GOGC };
}

/**
 * What starts Caddy, whoever keeps its port: the unit need not know uid, paths or options. It takes its sockets by name
 * (as sd_listen_fds says), so that further ones may come in any order, and writes down what it is about to become. One that
 * is handed none binds by itself, with the one right that this needs: so it works under an older unit, too. Its program stands
 * in it as a word of its own: uninstalling finds it there.
 */
export function launcherText(place: KeeperPlace): string {
  const { dataDir, account } = place;
  const started = quote(startedFile(dataDir));
  const caps = ["--inh-caps=$caps", "--ambient-caps=$caps", "--bounding-set=$caps"];
  const identity = account === null ? [] : ["setpriv", `--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups", "--no-new-privs", ...caps];
  const assignments = Object.entries(environment(dataDir)).map(([key, value]) => `${key}=${quote(value)}`);
  const caddy = [place.bin, "run", "--config", configFile(dataDir)].map(quote);
  return [
    "#!/bin/sh",
    `http=${quote(portAddress(place))} caps=${place.httpPort < 1024 ? "-all,+net_bind_service" : "-all"}`,
    'n=3 names="$LISTEN_FDNAMES:"',
    'while [ "$n" -lt "$((3 + ${LISTEN_FDS:-0}))" ]; do',
    `  case "\${names%%:*}" in ${HTTP_NAME}) http=fd/$n caps=-all;; esac`,
    '  names=${names#*:} n=$((n + 1))',
    "done",
    `(umask 077; { ${PRINT_SELF}; printf '%s\\n' "$http" ${quote(place.bin)} ; } > ${started}.new && mv ${started}.new ${started})`,
    ["exec env -i", ...assignments, `${HTTP_VARIABLE}="$http"`, ...identity, ...caddy].join(" "),
    "",
  ].join("\n");
}

/** Replaces it whole, and what systemd does around a stop; what runs is not touched. */
export async function writeLauncher(place: KeeperPlace): Promise<void> {
  await effect("caddy.launcher.write", () => write(launcherFile(place.dataDir), launcherText(place)));
  if (place.unit !== null) await effect("caddy.hold.write", () => write(join(caddyFolder(place.dataDir), "hold"), unitHoldText(place.httpPort)));
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o700 });
  await rename(`${path}.new`, path);
}
