/** Where everything of ours lies on a prepared server. */
export const PLACES = {
  parts: "/opt/aeroplane/parts",
  data: "/var/lib/aeroplane",
  run: "/run/aeroplane",
  units: "/etc/systemd/system",
  /** What keeps the agent running where there is no systemd. */
  supervisor: "/opt/aeroplane/supervise",
  /** What preparing changed outside of these folders, a line each, so that uninstalling can change it back. */
  made: "/opt/aeroplane/made",
  swap: "/opt/aeroplane/swapfile",
  /** Long steps of preparing; gone with the next boot, as they are. */
  tasks: "/run/aeroplane-prepare",
  /** Written by the agent at its start; the second door for owners and people alike. */
  bridge: "/opt/aeroplane/bin/aeroplane-bridge",
} as const;

export const AGENT_UNIT = "aeroplane-agent.service";
export const CADDY_UNIT = "aeroplane-caddy.service";
/** Keeps port 80 open while Caddy is replaced; written and enabled by the agent. */
export const HTTP_SOCKET = "aeroplane-http.socket";
/** Keeps nftables open for 80 and 443 over a restart. */
export const FIREWALL_UNIT = "aeroplane-firewall.service";
/** Restores the private names of apps that were kept when the agent was uninstalled. */
export const NAMES_UNIT = "aeroplane-names.service";

export function socketOf(login: string): string {
  return `${PLACES.run}/${login}.sock`;
}
