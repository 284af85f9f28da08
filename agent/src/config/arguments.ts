import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { parseArgs } from "node:util";
import type { AgentConfig, PeopleConfig, SocketConfig } from "./config.ts";

export type Command =
  | { name: "serve"; config: AgentConfig; trialSeconds: number | null }
  | { name: "purge"; config: AgentConfig }
  | { name: "new-key"; dataDir: string }
  | { name: "gate"; socket: string; version: string; dataDir: string | null; seconds: number }
  | { name: "commit"; dataDir: string; seconds: number }
  | { name: "bridge"; socket: string; person: string | null }
  | { name: "version" };

export const USAGE = `usage:
  agent serve --data-dir DIR --socket PATH[:LOGIN]... [--http-port 80] [--http-address 0.0.0.0]
              [--caddy PATH] [--buildx PATH] [--docker-socket PATH] [--caddy-unit NAME] [--starts-at-boot]
              [--people LOGIN --bridge PATH] [--trial SECONDS]
  agent gate --socket PATH --expect VERSION [--data-dir DIR] [--seconds 30]
  agent commit --data-dir DIR [--seconds 30]
  agent new-key --data-dir DIR
  agent purge --data-dir DIR [--docker-socket PATH] [--caddy PATH] [--caddy-unit NAME] [--people LOGIN --bridge PATH]
  agent bridge --socket PATH [--person ID]
  agent version`;

/** What was typed, checked; throws an Error with one sentence for a person at a terminal. */
export function readArguments(argv: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      "data-dir": { type: "string" },
      socket: { type: "string", multiple: true, default: [] },
      "http-port": { type: "string", default: "80" },
      "http-address": { type: "string", default: "0.0.0.0" },
      caddy: { type: "string" },
      buildx: { type: "string" },
      "docker-socket": { type: "string", default: "/var/run/docker.sock" },
      "caddy-unit": { type: "string" },
      "starts-at-boot": { type: "boolean", default: false },
      owner: { type: "string" },
      trial: { type: "string" },
      expect: { type: "string" },
      seconds: { type: "string", default: "30" },
      people: { type: "string" },
      bridge: { type: "string" },
      person: { type: "string" },
    },
  });
  const [name, ...more] = positionals;
  if (more.length > 0) throw new Error(`Unknown argument ${more[0]}`);
  if (name === "version") return { name };
  const seconds = readSeconds("--seconds", values.seconds);
  if (name === "gate") {
    if (values.expect === undefined) throw new Error("--expect is needed");
    const dataDir = values["data-dir"] === undefined ? null : absolute("--data-dir", values["data-dir"]);
    return { name, socket: readSocket(values.socket[0] ?? "", null).path, version: values.expect, dataDir, seconds };
  }
  if (name === "new-key") return { name, dataDir: absolute("--data-dir", values["data-dir"]) };
  if (name === "commit") return { name, dataDir: absolute("--data-dir", values["data-dir"]), seconds };
  if (name === "bridge") return { name, socket: absolute("--socket", values.socket[0]), person: values.person ?? null };
  if (name !== "serve" && name !== "purge") throw new Error(name ? `Unknown command ${name}` : "A command is needed");

  const dataDir = absolute("--data-dir", values["data-dir"]);
  const sockets = values.socket.map((text) => readSocket(text, values.owner ?? null));
  if (name === "serve" && sockets.length === 0) throw new Error("--socket is needed");
  const config: AgentConfig = {
    dataDir,
    sockets,
    httpPort: readPort(values["http-port"]),
    httpAddress: values["http-address"],
    caddy: values.caddy ?? findProgram("caddy"),
    buildx: values.buildx ?? findProgram("docker-buildx"),
    dockerSocket: values["docker-socket"],
    caddyUnit: values["caddy-unit"] ?? null,
    startsAtBoot: values["starts-at-boot"],
    people: readPeople(values.people, values.bridge, sockets),
  };
  if (name === "purge") return { name, config };
  return { name, config, trialSeconds: values.trial === undefined ? null : readSeconds("--trial", values.trial) };
}

function readSeconds(option: string, text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600) throw new Error(`${option} must be 1 to 3600, not ${text}`);
  return seconds;
}

function absolute(option: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`${option} is needed`);
  if (!isAbsolute(value)) throw new Error(`${option} must be an absolute path, not ${value}`);
  return value;
}

/** PATH or PATH:LOGIN; `owner` stands for the login of all that name none. */
function readSocket(text: string, owner: string | null): SocketConfig {
  const colon = text.lastIndexOf(":");
  const path = colon < 0 ? text : text.slice(0, colon);
  return { path: absolute("--socket", path), login: colon < 0 ? owner : text.slice(colon + 1) };
}

function readPeople(login: string | undefined, bridge: string | undefined, sockets: SocketConfig[]): PeopleConfig | undefined {
  if (login === undefined) return undefined;
  // No login begins with a dot, so that it never is the socket of one.
  return { login, bridge: absolute("--bridge", bridge), socket: join(dirname(sockets[0]?.path ?? "/"), ".people.sock") };
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--http-port must be 1 to 65535, not ${text}`);
  return port;
}

const PLACES = ["/usr/bin", "/usr/local/bin", "/usr/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins"];

/** Where a package would have put it; a missing one is told by the server's status. */
function findProgram(name: string): string {
  return PLACES.map((place) => `${place}/${name}`).find((path) => existsSync(path)) ?? `/usr/bin/${name}`;
}
