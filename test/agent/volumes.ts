// What Docker keeps of a service in volumes of its image, as a person would look.
import { dockerBin } from "../world/docker.ts";
import { run } from "../world/command.ts";
import { until } from "../world/wait.ts";

export const docker = (...args: string[]) => run([dockerBin, ...args]);
const lines = (text: string) => text.split("\n").filter(Boolean).sort();

export const containersOf = async (serviceId: string) =>
  lines(await docker("ps", "--all", "--quiet", "--no-trunc", "--filter", `label=run.aeroplane.service=${serviceId}`));

/** The names of the volumes by the paths at which a container has them. */
export async function volumesOf(container: string): Promise<Record<string, string>> {
  const mounts = JSON.parse(await docker("inspect", "--format", "{{json .Mounts}}", container)) as { Type: string; Name: string; Destination: string }[];
  return Object.fromEntries(mounts.filter(({ Type }) => Type === "volume").map(({ Name, Destination }) => [Destination, Name]));
}

export const stands = (volume: string) => docker("volume", "inspect", volume).then(() => true, () => false);
export const stand = (volumes: Record<string, string>) => Promise.all(Object.values(volumes).map(stands));

/** A container that runs may have a process that has not come to its first line yet. */
export const said = (container: string, words: string) => until(`${words} of ${container}`, async () => (await docker("logs", container)).includes(words), { within: 90_000 });

/** Through a container of its own: what wrote it may be gone. */
export const readIn = async (volume: string, file: string) =>
  (await docker("run", "--rm", "--volume", `${volume}:/look:ro`, "node:24-slim", "cat", `/look/${file}`)).trim();

export const write = (container: string, file: string) => docker("exec", container, "node", "-e", `require("fs").writeFileSync(${JSON.stringify(file)}, "kept")`);
