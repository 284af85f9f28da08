import { join } from "node:path";
import { short } from "../docker/names.ts";
import { doorsStand, setDoors } from "./doors.ts";
import { allowSelfCalls } from "./hairpin.ts";
import { removeHosts, writeHosts, type PrivateName } from "./hosts.ts";
import { publishedRules, type PublishedPort } from "./published.ts";
import { remembered } from "./remembered.ts";
import { planOf } from "./subnet.ts";
import { canSpread, canTranslate, loadScript, removalScript, TableRefused, tableScript, tableStands } from "./table.ts";

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
  sync(of?: { /** Also rejects where only ports of the server could not be opened; who needs names alone goes on. */ ports: boolean }): Promise<void>;
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
  const translates = remembered(() => canTranslate(table));
  const spreads = remembered(() => canSpread(table));
  /** Also of an earlier life. */
  let opened = true;
  let refused = false;
  let running: Promise<unknown> | null = null;
  let next: Promise<unknown> | null = null;

  /** Answers what went wrong with ports of the server alone, or null: names do not wait for them. */
  async function pass(): Promise<unknown> {
    const virtual = await translates();
    const environments = wanted();
    // Lines first: an address without a translation refuses at once, a name without a line would be asked of DNS.
    for (const { id, services } of environments) {
      await writeHosts(hostsFile(id), linesOf(services, virtual));
    }
    if (!virtual) return null;
    const networks = environments.map(({ subnet, services }) => ({
      bridge: bridgeName(instanceId, subnet),
      virtualRange: planOf(subnet).virtualRange,
      live: Object.fromEntries(services.map(({ virtualAddress, live }) => [virtualAddress, live])),
    }));
    const spread = await spreads();
    const published = environments.flatMap(({ services }) => services.flatMap((service) => service.published ?? []));
    const opening = await openPorts(environments, published);
    const refusal = await load(tableScript(table, networks, { spread }), published, (ports) => publishedRules(table, ports, environments, { spread }));
    refused = refusal !== null;
    await Promise.all(environments.map(({ subnet }) => allowSelfCalls(bridgeName(instanceId, subnet))));
    return opening ?? refusal;
  }

  /** A kernel that cannot publish has names all the same; where it was not heard, what stands is better than that. */
  async function load(script: string, published: PublishedPort[], rules: (ports: PublishedPort[]) => string[]): Promise<unknown> {
    const withRules = (ports: PublishedPort[]) => loadScript(`${script}${rules(ports).join("\n")}\n`);
    try {
      await withRules(published);
      return null;
    } catch (error) {
      if (published.length === 0 || !(error instanceof TableRefused)) throw error;
      await withRules([]);
      return error;
    }
  }

  const doorsOf = (environments: readonly NamedEnvironment[]) =>
    environments.filter(({ services }) => services.some(({ published = [] }) => published.length > 0)).map(({ subnet }) => bridgeName(instanceId, subnet));

  /** Answers what went wrong: names do not wait for it. Where nothing is or was published nobody is asked. */
  async function openPorts(environments: readonly NamedEnvironment[], published: readonly PublishedPort[]): Promise<unknown> {
    if (published.length === 0 && !opened) return null;
    try {
      await setDoors(table, doorsOf(environments));
      opened = published.length > 0;
      return null;
    } catch (error) {
      // What is left of ports that are no more is asked for again in the next pass.
      return published.length === 0 ? null : error;
    }
  }

  /** A caller's change must be in the pass that it waits for, so it may share the next one but not the running one. */
  function shared(): Promise<unknown> {
    if (running === null) {
      running = pass().finally(() => (running = null));
      return running;
    }
    next ??= running.catch(() => {}).then(() => {
      next = null;
      return shared();
    });
    return next;
  }

  async function sync({ ports } = { ports: true }): Promise<void> {
    const wrong = await shared();
    if (ports && wrong !== null) throw wrong;
  }

  async function admit(): Promise<void> {
    if (!(await translates())) return;
    for (const { subnet } of wanted()) await allowSelfCalls(bridgeName(instanceId, subnet));
  }

  return {
    sync,
    admit,
    hostsFile,
    forget: (environmentId) => removeHosts(hostsFile(environmentId)),
    async table() {
      if (!(await translates())) return null;
      return { name: table, stands: await tableStands(table), opens: !refused && (await doorsStand(table, doorsOf(wanted()))) };
    },
    async removeTable() {
      if (!(await translates())) return;
      await setDoors(table, []);
      await loadScript(removalScript(table));
    },
  };
}
