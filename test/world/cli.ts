// `npm run world -- up|status|down`: a world for a person, which stays until it is taken down.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { prepareMachine } from "../run/machine.ts";
import { docker } from "./docker.ts";
import { kept } from "./owner.ts";
import { raiseWorld } from "./raise.ts";
import { removeOwnedBy } from "./reap.ts";
import { ownerLabel, runsDir } from "./run.ts";

const name = "person";
const owner = `${kept}.${name}`;
const card = join(runsDir, name, "world.json");
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const stop = new AbortController();
process.on("SIGINT", () => stop.abort(new Error("Stopped.")));

type Card = {
  gateway: string;
  git: string;
  servers: { kind: string; address: string; container: string; key: string; password: string }[];
};

const commands: Record<string, () => Promise<void>> = { up, status, down };
const command = commands[process.argv[2] ?? "status"];
if (!command) {
  process.stderr.write("npm run world -- up | status | down\n");
  process.exit(2);
}
await command();

async function up(): Promise<void> {
  if (existsSync(card)) return await status();
  await prepareMachine(stop.signal);
  // What a half-raised world left would be in the way.
  await removeOwnedBy(owner);
  const world = await raiseWorld({ owner: kept, name, say, signal: stop.signal });
  const servers: Card["servers"] = [];
  for (const kind of ["ready", "bare"] as const) {
    const server = await world.server(kind);
    servers.push({
      kind,
      address: server.address,
      container: server.name,
      key: server.privateKeyPath,
      password: server.users.root.password,
    });
  }
  const repository = await world.git.create(
    "sample",
    {},
    { from: join(import.meta.dirname, "apps/node-http") },
  );
  await writeFile(
    card,
    JSON.stringify({ gateway: world.gateway, git: repository.http, servers } satisfies Card),
  );
  await status();
}

async function status(): Promise<void> {
  if (!existsSync(card)) return say("The world is down. `npm run world -- up` raises it.");
  const { servers, git } = JSON.parse(await readFile(card, "utf8")) as Card;
  const running = await docker([
    "ps",
    "--filter",
    `label=${ownerLabel}=${owner}`,
    "--format",
    "{{.Names}}",
  ]);
  for (const { kind, address, container, key, password } of servers) {
    say(
      `${kind.padEnd(6)} ${address}  ${running.includes(container) ? "running" : "stopped"}  root, password ${password}, key ${key}`,
    );
  }
  say(`git    ${git}`);
}

async function down(): Promise<void> {
  await removeOwnedBy(owner);
  say("The world is down.");
}
