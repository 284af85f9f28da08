import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createServer as createTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { System } from "./commands.ts";
import { dockerPlaces, lookForDocker, whyNoDocker, type DockerPlaces, type DockerState } from "./docker-state.ts";

let folder = "";
let places: DockerPlaces;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "docker-state-"));
  places = { socket: join(folder, "docker.sock"), rootless: [join(folder, "own.sock")], podman: [join(folder, "podman.sock")], programs: [join(folder, "dockerd")] };
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
  await rm(folder, { recursive: true, force: true });
});

/** What the daemons answer to GET /version, as their own documentation has it. */
const answers = {
  docker: { Platform: { Name: "Docker Engine - Community" }, Components: [{ Name: "Engine", Version: "28.1.0" }], Version: "28.1.0" },
  podman: { Platform: { Name: "linux/amd64/debian-12" }, Components: [{ Name: "Podman Engine", Version: "5.4.2" }], Version: "5.4.2" },
};

function serve(path: string, what: keyof typeof answers): Promise<void> {
  const server = createServer((_asked, answer) => void answer.end(JSON.stringify(answers[what])));
  servers.push(server);
  return new Promise((done) => server.listen(path, done));
}

const system: System = { login: "ada", sudo: "sudo ", systemd: true, packages: "apt" };
const told = (found: DockerState, on: System = system) => {
  if (found.state === "answers") return found.version;
  const { code, values } = whyNoDocker(found, on);
  return `${code}: ${values["command"] ?? values["why"]}`;
};

test("each way in which Docker cannot be used has its own sentence and one command", async () => {
  const seen: Record<string, string> = {};
  seen["nothing is there"] = told(await lookForDocker(places));
  await serve(places.podman[0]!, "podman");
  seen["Podman alone"] = told(await lookForDocker(places));
  await serve(places.rootless[0]!, "docker");
  seen["a person's own daemon"] = told(await lookForDocker(places));
  await writeFile(places.programs[0]!, "");
  seen["a person's own beside the system's, which does not run"] = told(await lookForDocker(places));
  seen["installed alone"] = told(await lookForDocker({ ...places, rootless: [] }));
  seen["installed, without systemd, as root"] = told(await lookForDocker({ ...places, rootless: [] }), { ...system, systemd: false, sudo: "" });
  await serve(places.socket, "docker");
  seen["the system's own answers"] = told(await lookForDocker(places));
  expect(seen).toEqual({
    "nothing is there": "DOCKER_NOT_INSTALLED: sudo apt-get install --yes docker.io",
    "Podman alone": "DOCKER_BY_PODMAN: sudo apt-get install --yes docker.io podman-docker-",
    "a person's own daemon": "DOCKER_ROOTLESS: sudo apt-get install --yes docker.io",
    "a person's own beside the system's, which does not run": "DOCKER_ROOTLESS: sudo systemctl enable --now docker",
    "installed alone": "DOCKER_NOT_RUNNING: sudo systemctl enable --now docker",
    "installed, without systemd, as root": "DOCKER_NOT_RUNNING: service docker start",
    "the system's own answers": "28.1.0",
  });
});

test("Podman behind Docker's own socket, a socket that is left over, and one that says something else are told apart", async () => {
  await serve(places.socket, "podman");
  const podman = await lookForDocker(places);
  const leftOver = join(folder, "left.sock");
  // Ended without unlinking its socket, as a daemon that was killed.
  spawnSync(process.execPath, ["-e", `require("net").createServer().listen(${JSON.stringify(leftOver)}, () => process.kill(process.pid, "SIGKILL"))`]);
  const odd = join(folder, "odd.sock");
  const babbler = createTcp((socket) => void socket.resume().end("hello\n"));
  await new Promise<void>((done) => babbler.listen(odd, done));
  const strange = await lookForDocker({ ...places, socket: odd });
  await new Promise((done) => babbler.close(done));
  expect([podman, await lookForDocker({ ...places, socket: leftOver, podman: [] }), strange.state]).toEqual([{ state: "podman", socket: places.socket }, { state: "absent" }, "strange"]);
});

test.skipIf(process.getuid?.() !== 0)("a login outside the group is told so, and with which command it comes in", async () => {
  await serve(places.socket, "docker");
  await chmod(places.socket, 0o600);
  await chmod(folder, 0o755);
  // A process of that login in here: the file of the code need not be open to it.
  process.seteuid!(65_534);
  const found = await lookForDocker(places).finally(() => process.seteuid!(0));
  expect([found, told(found)]).toEqual([{ state: "forbidden" }, "DOCKER_NOT_ALLOWED: sudo usermod --append --groups docker ada"]);
});

test("a person's own daemons are looked for where their programs put them", () => {
  expect(dockerPlaces({ env: { XDG_RUNTIME_DIR: "/run/user/1000", DOCKER_HOST: "unix:///srv/docker.sock" }, home: "/home/ada" })).toMatchObject({
    socket: "/var/run/docker.sock",
    rootless: ["/run/user/1000/docker.sock", "/home/ada/.docker/run/docker.sock", "/home/ada/.docker/desktop/docker.sock", "/srv/docker.sock"],
    podman: ["/run/user/1000/podman/podman.sock", "/run/podman/podman.sock"],
  });
});
