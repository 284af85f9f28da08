import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appFolder, release } from "./apps/index.ts";
import { docker, tryDocker } from "./docker.ts";
import { accepts } from "./hub.ts";
import { isAlive, ownerOf } from "./owner.ts";
import { raiseWorld, type World } from "./raise.ts";
import { reapDead } from "./reap.ts";
import { ownerLabel } from "./run.ts";
import type { Server } from "./server.ts";

// The tests of the world itself: what other tests take for granted about it.
const possible = process.getuid?.() === 0 && spawnSync("docker", ["info"]).status === 0;

let world: World;
let server: Server;

beforeAll(async () => {
  if (!possible) return;
  world = await raiseWorld();
  server = await world.server("ready");
  // Run alone on a fresh machine it makes the images first.
}, 900_000);
afterAll(async () => await world?.stop());

test.skipIf(!possible)(
  "a server has systemd, its own Docker with the public images, and nothing failed",
  async () => {
    const images = (await server.exec(["docker", "images", "--format", "{{.Repository}}:{{.Tag}}"]))
      .split("\n")
      .sort();
    const failed = await server.exec(["systemctl", "list-units", "--failed", "--no-legend"]);
    expect({ images, failed }).toEqual({
      images: ["debian:trixie-slim", "node:24-slim", "world/tiny:1", "world/volume:1"],
      failed: "",
    });
  },
);

test.skipIf(!possible)(
  "public names resolve to the world's registry, with the servers' stock settings",
  async () => {
    await world.hub.push("world/tiny:1", "team/app:2");
    expect(await server.exec(["docker", "pull", "--quiet", "team/app:2"])).toBe(
      "docker.io/team/app:2",
    );
    expect((await server.tryExec(["docker", "pull", "team/app:none"])).stderr).toContain(
      "manifest unknown",
    );
  },
);

test.skipIf(!possible)(
  "a repository is served over HTTP and SSH, and a private one asks for a password",
  async () => {
    const repository = await world.git.create("web", release("node-http", "r1"), {
      from: appFolder("node-http"),
    });
    const closed = await world.git.create("closed", { "a.txt": "a" }, { private: true });
    const second = await repository.commit(release("node-http", "r2"), "Second");
    const heads = (url: string, env: string[] = []) =>
      server.tryExec(["env", "GIT_TERMINAL_PROMPT=0", ...env, "git", "ls-remote", url, "main"]);
    await server.exec(["install", "-m", "600", "/dev/stdin", "/root/git-key"], {
      input: readFileSync(world.git.privateKeyPath),
    });
    await server.exec(["tee", "/root/git-hosts"], { input: `${world.git.knownHost}\n` });
    const ssh = await heads(repository.ssh, [
      "GIT_SSH_COMMAND=ssh -i /root/git-key -o UserKnownHostsFile=/root/git-hosts -o BatchMode=yes",
    ]);
    const { username, password } = world.git.credentials;
    expect({
      http: (await heads(repository.http)).stdout.split("\t")[0],
      ssh: ssh.stdout.split("\t")[0],
      refused: (await heads(closed.http)).code,
      admitted: (
        await heads(closed.http.replace("://", `://${username}:${password}@`))
      ).stdout.split("\t")[0],
    }).toEqual({ http: second, ssh: second, refused: 128, admitted: closed.sha });
  },
);

test.skipIf(!possible)(
  "a killed server comes back at the same address, and a cut network mends",
  async () => {
    await server.exec(["sh", "-c", "echo kept > /root/kept && sync"]);
    await server.kill();
    expect(await accepts(server.address, 22)).toBe(false);
    await server.start();
    expect(await server.exec(["cat", "/root/kept"])).toBe("kept");
    await server.cutNetwork();
    expect(await accepts(server.address, 22)).toBe(false);
    await server.mendNetwork();
    expect(await accepts(server.address, 22)).toBe(true);
  },
);

test.skipIf(!possible)(
  "what a killed run left is swept up, and what a living one has is not",
  async () => {
    const dead = `${ownerOf(spawnSync("true").pid)}.test`;
    const network = `aeroplane-world-leftover-${world.run}`;
    await docker(["network", "create", "--label", `${ownerLabel}=${dead}`, network]);
    await docker([
      "run",
      "--detach",
      "--label",
      `${ownerLabel}=${dead}`,
      "--name",
      network,
      "--network",
      network,
      "world/tiny:1",
    ]);
    writeFileSync(join(world.folder, "alive"), "");
    await reapDead();
    expect({
      container: (await tryDocker(["inspect", network])).code,
      network: (await tryDocker(["network", "inspect", network])).code,
      alive: readFileSync(join(world.folder, "alive"), "utf8"),
      server: await docker(["inspect", "--format", "{{.State.Running}}", server.name]),
    }).toEqual({ container: 1, network: 1, alive: "", server: "true" });
  },
);

test.skipIf(!possible)(
  "what a killed test started in a folder of its own ends, and the folder goes",
  async () => {
    const script = `
    import { spawn } from "node:child_process";
    import { ownedFolder } from "${join(import.meta.dirname, "folder.ts")}";
    const folder = await ownedFolder("left");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", folder], { detached: true, stdio: "ignore" });
    child.unref();
    process.stdout.write(folder + " " + child.pid);
    process.kill(process.pid, "SIGKILL");`;
    const [folder = "", pid = ""] = spawnSync(process.execPath, [
      "--input-type=module",
      "-e",
      script,
    ])
      .stdout.toString()
      .split(" ");
    const child = ownerOf(Number(pid));
    expect({ folder: existsSync(folder), process: isAlive(child) }).toEqual({
      folder: true,
      process: true,
    });
    await reapDead();
    expect({ folder: existsSync(folder), process: isAlive(child) }).toEqual({
      folder: false,
      process: false,
    });
  },
);
