/** Where everything of ours lies on a prepared server. */
export const PLACES = {
  parts: "/opt/aeroplane/parts",
  data: "/var/lib/aeroplane",
  run: "/run/aeroplane",
  units: "/etc/systemd/system",
  /** Written by the agent at its start; the second door for owners and people alike. */
  bridge: "/opt/aeroplane/bin/aeroplane-bridge",
} as const;

export const AGENT_UNIT = "aeroplane-agent.service";
export const CADDY_UNIT = "aeroplane-caddy.service";

export function socketOf(login: string): string {
  return `${PLACES.run}/${login}.sock`;
}
