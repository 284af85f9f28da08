import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { PLACES, socketOf } from "../bootstrap/places.ts";

export type LocalPlaces = {
  data: string;
  parts: string;
  run: string;
  socket: string;
  httpPort: number;
  httpAddress: string;
  /** Whether systemd keeps it running, as on a server. */
  unit: boolean;
};

type Surroundings = { root: boolean; systemd: boolean; env: NodeJS.ProcessEnv; home: string; login: string };

/** Where this machine's own agent lies; `AEROPLANE_LOCAL_DIR` gives tests and the demo a place of their own. */
export function localPlaces({ root, systemd, env, home, login }: Surroundings): LocalPlaces {
  const httpPort = Number(env.AEROPLANE_HTTP_PORT ?? (root ? 80 : 8080));
  const httpAddress = env.AEROPLANE_HTTP_ADDRESS ?? "0.0.0.0";
  const own = env.AEROPLANE_LOCAL_DIR;
  if (own) {
    const run = join(own, "run");
    return { data: join(own, "data"), parts: join(own, "parts"), run, socket: join(run, "agent.sock"), httpPort, httpAddress, unit: false };
  }
  if (root) {
    return { data: PLACES.data, parts: PLACES.parts, run: PLACES.run, socket: socketOf(login), httpPort, httpAddress, unit: systemd };
  }
  const data = join(absolute(env.XDG_DATA_HOME) ?? join(home, ".local", "share"), "aeroplane");
  const run = join(absolute(env.XDG_RUNTIME_DIR) ?? data, "aeroplane");
  return { data: join(data, "data"), parts: join(data, "parts"), run, socket: join(run, "agent.sock"), httpPort, httpAddress, unit: false };
}

export function surroundings(systemd: boolean): Surroundings {
  return { root: process.getuid?.() === 0, systemd, env: process.env, home: homedir(), login: login() };
}

/** A user without a line in /etc/passwd, as in many containers, has no name. */
export function login(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "user");
  }
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}
