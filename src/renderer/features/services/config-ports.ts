import type { ServiceConfig } from "@aeroplane/agent/contract";

type Ports = NonNullable<ServiceConfig["publish"]>;
const ANY = "0.0.0.0";

/** As a person types it, one a line: "5432", "53:5353/udp", "5432 on 203.0.113.7". */
export const portsDraftOf = (publish: readonly { port: number; target: number | null; protocol: string; address: string }[] = []): string =>
  publish.map(({ port, target, protocol, address }) => `${port}${target === null ? "" : `:${target}`}${protocol === "tcp" ? "" : `/${protocol}`}${address === ANY ? "" : ` on ${address}`}`).join("\n");

/** What no line can mean is handed on as it is, for the contract to refuse. */
export const portsIn = (typed: string): Ports =>
  typed
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [, port, target, protocol, address] = /^(\d+)(?::(\d+))?(?:\/(\w+))?(?:\s+on\s+(\S+))?$/.exec(line) ?? [];
      return { port: Number(port), target: target === undefined ? null : Number(target), protocol: (protocol ?? "tcp") as Ports[number]["protocol"], address: address ?? ANY };
    });
