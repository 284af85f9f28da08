import { fail } from "@aeroplane/agent/contract";
import type { Preflight } from "./preflight.ts";
import { CHAINS } from "./preflight-script.ts";
import { FIREWALL_UNIT, PLACES } from "./places.ts";
import { sendText } from "./send.ts";
import type { Way } from "./way.ts";

/** Each rule is marked as ours, and each change noted before it is made, so that uninstalling finds what it has to undo. */
const MADE = `note() { mkdir -p /opt/aeroplane; grep -qxF "$1" ${PLACES.made} 2>/dev/null || echo "$1" >> ${PLACES.made}; }`;

/** 443/udp with 443: browsers that know HTTP/3 try it there. */
const RULES = "80/tcp 443/tcp 443/udp";

const UFW = `set -eu; ${MADE}
PATH=$PATH:/usr/sbin:/sbin
for rule in ${RULES}; do
  port=\${rule%/*} proto=\${rule#*/}
  ufw status | grep -qE "^$rule +ALLOW" && continue
  note "ufw $rule"; ufw allow proto $proto to any port $port comment aeroplane
done`;

const FIREWALLD = `set -eu; ${MADE}
for service in http https; do
  firewall-cmd -q --permanent --query-service=$service && { firewall-cmd -q --add-service=$service; continue; }
  note "firewalld $service"; firewall-cmd -q --permanent --add-service=$service; firewall-cmd -q --add-service=$service
done
# The service http3 is unknown to older ones.
firewall-cmd -q --permanent --query-port=443/udp || { note "firewalld 443/udp"; firewall-cmd -q --permanent --add-port=443/udp; }
firewall-cmd -q --add-port=443/udp`;

/** nftables has no file that may be added to everywhere: the rule is put first into each refusing chain, again at each boot. */
export const NFTABLES = `#!/bin/sh
# Opens ports 80 and 443 (also 443/udp, for HTTP/3) for sites in the chains that refuse by default. Made by Aeroplane, removed with it.
PATH=$PATH:/usr/sbin:/sbin
nft list ruleset | awk '${CHAINS}' | while read -r state family table chain; do
  [ "$state" = closed ] || continue
  nft insert rule "$family" "$table" "$chain" tcp dport '{ 80, 443 }' accept comment '"aeroplane"' || exit 1
  nft insert rule "$family" "$table" "$chain" udp dport 443 accept comment '"aeroplane"' || exit 1
done
`;
const UNIT = `[Unit]
Description=Ports 80 and 443 for Aeroplane
After=nftables.service
PartOf=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/opt/aeroplane/firewall

[Install]
WantedBy=multi-user.target
`;
const ENABLE = `set -eu; ${MADE}
note nftables; chmod 755 /opt/aeroplane/firewall
if [ -d /run/systemd/system ]; then systemctl daemon-reload; systemctl enable --quiet ${FIREWALL_UNIT}; systemctl restart ${FIREWALL_UNIT}; else /opt/aeroplane/firewall; fi`;

export async function openFirewall(way: Way, found: Preflight): Promise<void> {
  const script = found.firewall === "ufw" ? UFW : found.firewall === "firewalld" ? FIREWALLD : ENABLE;
  if (found.firewall === "nftables") {
    await way.asRoot(["mkdir", "-p", "/opt/aeroplane"]);
    await sendText(way, "/opt/aeroplane/firewall", NFTABLES);
    if (found.systemd) await sendText(way, `${PLACES.units}/${FIREWALL_UNIT}`, UNIT);
  }
  const { code, stdout, stderr } = await way.asRoot(["sh", "-c", script]);
  if (code !== 0) throw fail("FIREWALL_NOT_OPENED", { address: way.address, firewall: found.firewall }, { detail: `${stdout}\n${stderr}`.trim().slice(-2000) });
}

/** Takes back what stands in the list of what was made (by older apps too: "ufw 80"); also of a firewall that is off now. */
export const CLOSE_FIREWALL = `
PATH=$PATH:/usr/sbin:/sbin
made() { grep -qxF "$1" ${PLACES.made} 2>/dev/null; }
for port in 80 443; do made "ufw $port" && ufw --force delete allow proto tcp to any port $port >/dev/null; done
for rule in ${RULES}; do made "ufw $rule" && ufw --force delete allow proto \${rule#*/} to any port \${rule%/*} >/dev/null; done
for service in http https; do
  made "firewalld $service" && { firewall-cmd -q --permanent --remove-service=$service; firewall-cmd -q --remove-service=$service; }
done
made "firewalld 443/udp" && { firewall-cmd -q --permanent --remove-port=443/udp; firewall-cmd -q --remove-port=443/udp; }
if made nftables; then
  [ -d /run/systemd/system ] && systemctl disable --quiet --now ${FIREWALL_UNIT} 2>/dev/null
  rm -f ${PLACES.units}/${FIREWALL_UNIT}
  nft -a list ruleset 2>/dev/null | awk '/^table/{t=$2" "$3} /chain/{c=$2} /comment "aeroplane"/{print t" "c" "$NF}' | while read -r family table chain handle; do
    nft delete rule "$family" "$table" "$chain" handle "$handle"
  done
fi
exit 0
`;
