import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { filesOf } from "../effects/index.ts";
import { linkText, list, removeLink, replaceLink, syncFolder, writeOnce } from "./links.ts";
import { TARGET_FILE } from "./place.ts";
import { parseTarget, targetName, type RouteTarget } from "./target.ts";

const { mkdir, openToWrite, rm } = filesOf("caddy.route");

/**
 * hosts/<hostname>  → ../services/<service>
 * services/<service> → ../targets/<target>
 * targets/<target>/<target>   an empty file; its name is all that Caddy reads of hosts that it did not know at its start
 *                  name       the same as content, for those that it knew
 * try/<ticket>/<address>      the same, for the private server alone, while a release is tried
 * slots/<number>  → at/<target>   where requests of a held service go (slots.ts)
 * none/name                  nothing: where hostnames lead that stand in Caddy's config and have no service any more
 *
 * Both links are replaced by rename, so that a request sees the old target or the new one and never none.
 */
export function createRouteFiles(root: string) {
  const hosts = join(root, "hosts");
  const services = join(root, "services");
  const targets = join(root, "targets");
  const tickets = join(root, "try");
  const none = join(root, "none");

  async function prepare() {
    for (const folder of [root, hosts, services, targets, tickets, join(root, "slots"), none]) await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeOnce(join(none, TARGET_FILE), "");
  }

  async function pointTarget(serviceId: string, target: RouteTarget | null) {
    const link = join(services, serviceId);
    if (target === null) return removeLink(link);
    const name = targetName(target);
    await mkdir(join(targets, name), { recursive: true, mode: 0o755 });
    await writeOnce(join(targets, name, TARGET_FILE), name);
    await writeOnce(join(targets, name, name), "");
    await syncFolder(join(targets, name));
    await replaceLink(link, `../targets/${name}`);
  }

  async function pointHost(hostname: string, serviceId: string) {
    await replaceLink(join(hosts, hostname), `../services/${serviceId}`);
  }

  /** `known`: Caddy reads the file of this host at every request for it, so it must lead to one. */
  const dropHost = (hostname: string, known: boolean) =>
    known ? replaceLink(join(hosts, hostname), "../none") : removeLink(join(hosts, hostname));

  async function targetOf(serviceId: string): Promise<RouteTarget | null> {
    const link = await linkText(join(services, serviceId));
    return link === null ? null : parseTarget(basename(link));
  }

  /** Hostname → service, as the links stand. */
  async function hostMap(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const hostname of await list(hosts)) {
      const link = await linkText(join(hosts, hostname));
      if (link !== null && link !== "../none") found.set(hostname, basename(link));
    }
    return found;
  }

  /** Names that nobody has any more and that Caddy, started anew since, does not read. */
  async function sweepHosts(known: ReadonlySet<string>) {
    for (const hostname of await list(hosts)) {
      if (!known.has(hostname) && (await linkText(join(hosts, hostname))) === "../none") await removeLink(join(hosts, hostname));
    }
  }

  /** Hostnames of services that have a target: those whose file can be read. */
  async function servedHosts(): Promise<string[]> {
    const served = new Set(await serviceIds());
    return [...(await hostMap())].filter(([, owner]) => served.has(owner)).map(([hostname]) => hostname);
  }

  const serviceIds = () => list(services);

  /** Slots that services are held at. */
  async function slotsTaken(): Promise<Set<number>> {
    const targets = await Promise.all((await serviceIds()).map(targetOf));
    return new Set(targets.flatMap((target) => (target?.type === "held" ? [target.slot] : [])));
  }

  /** Targets that no service names any more: all but those that have just been left, which a request may still be reading. */
  async function sweepTargets(keep: Set<string>) {
    const used = new Set(keep);
    for (const serviceId of await serviceIds()) {
      const link = await linkText(join(services, serviceId));
      if (link !== null) used.add(basename(link));
    }
    for (const name of await list(targets)) {
      if (!used.has(name)) await rm(join(targets, name), { recursive: true, force: true });
    }
  }

  /** What a crash left on its way to its name; whoever calls this lets nobody be at work beside it. */
  async function sweepHalves() {
    for (const folder of [hosts, services, join(root, "slots")]) {
      for (const name of await readdir(folder)) if (name.startsWith(".")) await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  async function openTicket(ticket: string, dial: string) {
    await mkdir(join(tickets, ticket), { recursive: true, mode: 0o755 });
    await (await openToWrite(join(tickets, ticket, dial), "a", 0o644)).close();
  }
  const dropTicket = (ticket: string) => rm(join(tickets, ticket), { recursive: true, force: true });

  /** Tickets of tries that nobody waits for any more. */
  async function sweepTickets(keep: ReadonlySet<string>) {
    for (const ticket of await list(tickets)) if (!keep.has(ticket)) await dropTicket(ticket);
  }

  return { servedHosts, sweepHosts, sweepHalves, slotsTaken, openTicket, dropTicket, sweepTickets, prepare, pointTarget, pointHost, dropHost, targetOf, hostMap, serviceIds, sweepTargets };
}
export type RouteFiles = ReturnType<typeof createRouteFiles>;
