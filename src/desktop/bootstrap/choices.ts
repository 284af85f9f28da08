import { fail } from "@aeroplane/agent/contract";
import { NeedsPerson, type Ask } from "../ssh/question.ts";
import { isSmall, size } from "./checks.ts";
import type { Preflight } from "./preflight.ts";
import { swapSize } from "./swap.ts";

/** What preparing does beyond the necessary, only where it was chosen. */
export type Chosen = { firewall: boolean; swap: boolean; dockerArchive: boolean };
type Option = { id: keyof Chosen | "unsupervised"; label: string; about: string; checked: boolean };

export function optionsFor(found: Preflight): Option[] {
  const options: Option[] = [];
  if (!found.systemd) {
    options.push({ id: "unsupervised", label: "Run the agent without systemd", about: "This server does not run systemd. A small script keeps the agent running; it does not start at boot, but when the app connects next.", checked: true });
  }
  if (found.firewall !== "none" && !found.firewallOpen) {
    options.push({ id: "firewall", label: "Open ports 80 and 443 in the firewall", about: `${found.firewall} is on and does not admit them. Without them sites are reached from the server itself only.`, checked: true });
  }
  const swap = swapSize(found.freeKilobytes);
  if (isSmall(found) && swap > 0) {
    options.push({ id: "swap", label: `Add ${size(swap * 1024)} of swap`, about: `The server has ${size(found.memoryKilobytes!)} of memory and no swap, so a build may be ended for lack of memory. The file is /opt/aeroplane/swapfile.`, checked: true });
  }
  if (found.docker === "" && found.dockerArchive) {
    options.push({ id: "dockerArchive", label: "Install Docker from Docker's own package archive", about: "Newer than the one of the distribution, which is installed otherwise. The archive and its key are added to apt.", checked: false });
  }
  return options;
}

/** Asks once, and only where there is something to decide; in the background nobody is asked. */
export async function choose(found: Preflight, { address, ask }: { address: string; ask: Ask }): Promise<Chosen> {
  const options = optionsFor(found);
  if (options.length === 0) return { firewall: false, swap: false, dockerArchive: false };
  if (!ask) throw new NeedsPerson();
  const answer = await ask({ type: "choices", title: `Prepare ${address}`, about: "These are done only when chosen. Uninstalling takes back the firewall and the swap.", options });
  if (answer.type !== "choices") throw fail("CANCELLED", { what: `Preparing ${address}` });
  const chosen = (id: Option["id"]) => options.some((option) => option.id === id) && answer.chosen.includes(id);
  if (!found.systemd && !chosen("unsupervised")) throw fail("CANCELLED", { what: `Preparing ${address} without systemd` });
  return { firewall: chosen("firewall"), swap: chosen("swap"), dockerArchive: chosen("dockerArchive") };
}
