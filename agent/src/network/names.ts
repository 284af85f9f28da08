import { join } from "node:path";
import { short } from "../docker/names.ts";
import { doorsStand, setDoors } from "./doors.ts";
import { allowSelfCalls } from "./hairpin.ts";
import { removeHosts, writeHosts, type PrivateName } from "./hosts.ts";
import { publishedRules, type PublishedPort } from "./published.ts";
import { reflectPorts } from "./reflect.ts";
import { planOf } from "./subnet.ts";
import { canSpread, canTranslate, loadScript, removalScript, tableScript, tableStands } from "./table.ts";

/** One environment with the services that have a process. */
export type NamedEnvironment = {
  id: string;
  subnet: string;
  services: {
    /** Its own first; what is another's own leads to that one. */
    names: string[];
    virtualAddress: string;
    /** Addresses of the live containers; none: nothing answers under the name now. */
    live: string[];
    /** Ports of the server behind which it stands. */
    published?: PublishedPort[];
  }[];
};

export type PrivateNames = {
  /** Makes names and translations equal to what `wanted` says at that moment; calls that overlap share one pass. */
  sync(): Promise<void>;
  /** After the start of a container: it may reach itself by its name. */
  admit(): Promise<void>;
  hostsFile(environmentId: string): string;
  /** The file must stand before the first container mounts it. */
  forget(environmentId: string): Promise<void>;
  /** The packet filter's table of this instance, and whether it stands; null where names work without one. */
  table(): Promise<{ name: string; stands: boolean; /** What comes to published ports is let in. */ opens: boolean } | null>;
  /** For purge: no table is left. */
  removeTable(): Promise<void>;
};

export type PrivateNamesOptions = {
  instanceId: string;
  hostsDir: string;
  wanted: () => NamedEnvironment[];
};

/** What is called so comes before what has the name besides; without an address a name has no line, and is nobody else's. */
export function linesOf(services: NamedEnvironment["services"], virtual: boolean): PrivateName[] {
  const addresses = new Map<string, string | undefined>();
  for (const rank of [1, Number.POSITIVE_INFINITY]) {
    for (const { names, virtualAddress, live } of services) {
      for (const name of names.slice(0, rank)) if (!addresses.has(name)) addresses.set(name, virtual ? virtualAddress : live[0]);
    }
  }
  return [...addresses].flatMap(([name, address]) => (address === undefined ? [] : [{ name, address }]));
}

/** Linux takes at most 15 characters for an interface. */
export function bridgeName(instanceId: string, subnet: string): string {
  return `ap${short(instanceId)}-${planOf(subnet).block}`;
}

/**
 * Names of siblings. With a packet filter a name stands for a virtual address for ever and the filter follows the live
 * instances; without one (no root) the name's line itself follows the first of them.
 */
export function createPrivateNames({ instanceId, hostsDir, wanted }: PrivateNamesOptions): PrivateNames {
  const table = `aeroplane_${short(instanceId)}`;
  const hostsFile = (environmentId: string) => join(hostsDir, environmentId);
  let translates: Promise<boolean> | null = null;
  let spreads: Promise<boolean> | null = null;
  /** Also of an earlier life. */
  let opened = true;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  async function pass(): Promise<void> {
    const virtual = await (translates ??= canTranslate(table));
    const environments = wanted();
    // Lines first: an address without a translation refuses at once, a name without a line would be asked of DNS.
    for (const { id, services } of environments) {
      await writeHosts(hostsFile(id), linesOf(services, virtual));
    }
    if (!virtual) return;
    const networks = environments.map(({ subnet, services }) => ({
      bridge: bridgeName(instanceId, subnet),
      virtualRange: planOf(subnet).virtualRange,
      live: Object.fromEntries(services.map(({ virtualAddress, live }) => [virtualAddress, live])),
    }));
    const spread = await (spreads ??= canSpread(table));
    const published = environments.flatMap(({ services }) => services.flatMap((service) => service.published ?? []));
    const script = tableScript(table, networks, { spread });
    const opening = await openPorts(published);
    await loadScript(`${script}${publishedRules(table, published, environments).join("\n")}\n`).catch(async (error: unknown) => {
      // A kernel that cannot publish has names all the same.
      if (published.length > 0) await loadScript(`${script}${publishedRules(table, [], []).join("\n")}\n`);
      throw error;
    });
    await Promise.all(environments.map(({ subnet }) => allowSelfCalls(bridgeName(instanceId, subnet))));
    if (opening !== null) throw opening;
  }

  const doorsOf = (environments: readonly NamedEnvironment[]) =>
    environments.filter(({ services }) => services.some(({ published = [] }) => published.length > 0)).map(({ subnet }) => bridgeName(instanceId, subnet));

  /** Answers what went wrong: names do not wait for it. Where nothing is or was published nobody is asked. */
  async function openPorts(published: readonly PublishedPort[]): Promise<unknown> {
    if (published.length === 0 && !opened) return null;
    try {
      await setDoors(table, doorsOf(wanted()));
      opened = published.length > 0;
      return null;
    } catch (error) {
      return error;
    }
  }

  /** A caller's change must be in the pass that it waits for, so it may share the next one but not the running one. */
  function sync(): Promise<void> {
    if (running === null) {
      running = pass().finally(() => (running = null));
      return running;
    }
    next ??= running.catch(() => {}).then(() => {
      next = null;
      return sync();
    });
    return next;
  }

  async function admit(): Promise<void> {
    if (!(await (translates ??= canTranslate(table)))) return;
    for (const { subnet } of wanted()) await reflectPorts(bridgeName(instanceId, subnet));
  }

  return {
    sync,
    admit,
    hostsFile,
    forget: (environmentId) => removeHosts(hostsFile(environmentId)),
    async table() {
      if (!(await (translates ??= canTranslate(table)))) return null;
      return { name: table, stands: await tableStands(table), opens: await doorsStand(table, doorsOf(wanted())) };
    },
    async removeTable() {
      if (!(await (translates ??= canTranslate(table)))) return;
      await setDoors(table, []);
      await loadScript(removalScript(table));
    },
  };
}
