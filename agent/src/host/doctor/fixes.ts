import { fail, toProblem, type FixId } from "../../../contract/index.ts";
import { pruneBuildCache } from "../../docker/build-cache.ts";
import { tell } from "./tell.ts";
import type { DoctorDeps } from "./deps.ts";
import { size } from "./figures.ts";

/** What a click is called and what it does to the server, said before it is made. */
export const FIX_WORDS: Record<FixId, { label: string; consequence: string }> = {
  "docker.start": { label: "Start Docker", consequence: "Starts the unit docker.service. Containers that should run start with it." },
  "caddy.ensure": { label: "Start Caddy", consequence: "Starts the agent's Caddy, or loads the agent's configuration into it. Changes made by hand through its admin socket are lost." },
  "caddy.port": {
    label: "Keep the port open",
    consequence: "Writes and starts what keeps the port, and starts Caddy anew under it. Visitors wait for about a second; open requests have five to end, streams are cut.",
  },
  "builds.prune": {
    label: "Remove the build cache",
    consequence: "Removes the build cache of this server's Docker, also what other programs on it built. The next builds take longer. No image, container or volume is touched.",
  },
  "names.sync": { label: "Write the table again", consequence: "Writes the agent's own table of the packet filter from what should run. Other rules are not touched." },
  "clock.sync": { label: "Synchronise the clock", consequence: "Switches systemd's time synchronisation on. The clock may jump once." },
};

/** Safe to repeat, each of them: what is right already is left as it is. */
export async function mend(id: FixId, { docker, caddy, names }: DoctorDeps): Promise<{ done: string }> {
  const { label } = FIX_WORDS[id];
  try {
    switch (id) {
      case "docker.start":
        await command(["systemctl", "start", "docker.service"], 60);
        return { done: "Docker was started." };
      case "caddy.ensure":
        await caddy.ensure();
        return { done: "Caddy runs with the agent's configuration." };
      case "caddy.port":
        await caddy.keepPort();
        if ((await caddy.portKept()) !== true) throw new Error("Caddy still has the port by itself");
        return { done: "The port stays open, whatever becomes of Caddy." };
      case "builds.prune":
        return { done: `${size(await pruneBuildCache(docker))} of build cache were removed.` };
      case "names.sync":
        await names.sync();
        return { done: "The table was written again." };
      case "clock.sync":
        await command(["timedatectl", "set-ntp", "true"], 20);
        return { done: "Time synchronisation is on; the first answer of a time server may take a minute." };
    }
  } catch (error) {
    const problem = toProblem(error);
    // What is in the table already says more than that the fix did not work.
    if (problem.code !== "UNEXPECTED") throw error;
    throw fail("FIX_FAILED", { what: label, why: problem.message.replace(/^An unknown failure: /, "").replace(/\.$/, "") }, { cause: error, detail: problem.detail });
  }
}

async function command(argv: [string, ...string[]], seconds: number): Promise<void> {
  const said = await tell(argv, { seconds });
  if (said?.code === 0) return;
  throw new Error(said ? said.stderr.trim().split("\n").at(-1) || `${argv[0]} ended with ${said.code}` : `there is no ${argv[0]}`);
}
