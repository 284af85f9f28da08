import type { Protocol } from "../../contract/index.ts";

/** A port of the server, and the live containers behind it. */
export type PublishedPort = { port: number; target: number; protocol: Protocol; address: string; live: string[]; service: string };

/** Of the server's own addresses alone: what only passes through is another's. Loopback is not translated by the kernel. */
const OWN = "fib daddr type local ip daddr != 127.0.0.0/8";

/**
 * Rules of the table by which ports of the server lead to containers; none where nothing is published, so that a kernel that
 * cannot look addresses up is asked for nothing. Of several containers one is chosen by chance for each new connection; one
 * that stands keeps its own; without `spread`, for kernels that cannot pick, the first gets all. Without a container the server itself refuses, as on any port that nobody has.
 */
export function publishedRules(table: string, ports: readonly PublishedPort[], networks: readonly { subnet: string }[], { spread = true } = {}): string[] {
  const t = `ip ${table}`;
  const served = ports.filter(({ live }) => live.length > 0).map((port) => ({ ...port, live: spread ? port.live : port.live.slice(0, 1) }));
  return [
    `add chain ${t} published`,
    `add chain ${t} output { type nat hook output priority -101 ; policy accept ; }`,
    `flush chain ${t} published`,
    `flush chain ${t} output`,
    ...served.map(({ port, protocol, address, target, live, service }) => `add rule ${t} published ${address === "0.0.0.0" ? "" : `ip daddr ${address} `}${protocol} dport ${port} counter dnat ${to(live, target)} comment "${service}"`),
    ...(served.length === 0
      ? []
      : [
          `add rule ${t} prerouting ${OWN} jump published`,
          `add rule ${t} output ${OWN} jump published`,
          // Of a sibling that goes by the server's address the answer would bypass us.
          ...networks.map(({ subnet }) => `add rule ${t} postrouting ct status dnat ip saddr ${subnet} ip daddr ${subnet} masquerade`),
        ]),
  ];
}

/** Written so that what the kernel lists can be loaded again, as it is where apps stay without an agent. */
const to = (live: readonly string[], target: number): string => `to ${live.length === 1 ? live[0] : `numgen random mod ${live.length} map { ${live.map((address, at) => `${at} : ${address}`).join(", ")} }`}:${target}`;
