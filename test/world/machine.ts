// What lets systemd and a Docker of its own run inside a container.
import { readFile } from "node:fs/promises";
import { docker } from "./docker.ts";

const options = [
  ["--cap-add=ALL", "--device-cgroup-rule=a *:* rwm", "--cgroupns=private"],
  ["seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"].flatMap((rule) => [
    "--security-opt",
    rule,
  ]),
  ["/run", "/run/lock", "/tmp:exec"].flatMap((folder) => ["--tmpfs", folder]),
  ["--restart", "unless-stopped"],
].flat();

/** Not --privileged: some machines that run tests lack one capability of it. */
export async function likeARealMachine(): Promise<string[]> {
  return (await allMeansTooMuch()) ? [...options, "--cap-drop=SYS_RESOURCE"] : options;
}

let answer: Promise<boolean> | undefined;

/** "All" is what the kernel knows to Docker before 23, and what this machine has to later ones, which refuse to drop anything else. */
function allMeansTooMuch(): Promise<boolean> {
  answer ??= (async () => {
    if (await hasCapability(24)) return false;
    return Number.parseInt(await docker(["version", "--format", "{{.Server.Version}}"]), 10) < 23;
  })();
  return answer;
}

async function hasCapability(bit: number): Promise<boolean> {
  const bounding =
    /^CapBnd:\s*([0-9a-f]+)$/m.exec(await readFile("/proc/self/status", "utf8"))?.[1] ?? "0";
  return ((BigInt(`0x${bounding}`) >> BigInt(bit)) & 1n) === 1n;
}
