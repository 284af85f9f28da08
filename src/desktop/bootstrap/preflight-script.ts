import { HTTP_SOCKET } from "./places.ts";

/** Docker's own signing key, as published; the archive counts as reachable only when exactly this comes. */
export const DOCKER_KEY_SHA256 = "1500c1f56fa9e26b9b8f42452a553675796ade0807cdce11975eb98170b3a570";
export const DOCKER_ARCHIVE = "https://download.docker.com/linux";

/** Folder of a panel, and its name. */
const PANELS: [string, string][] = [
  ["/data/coolify", "Coolify"],
  ["/etc/dokploy", "Dokploy"],
  ["/captain", "CapRover"],
  ["/etc/easypanel", "Easypanel"],
  ["/var/lib/dokku", "Dokku"],
  ["/usr/local/psa", "Plesk"],
  ["/opt/psa", "Plesk"],
  ["/usr/local/cpanel", "cPanel"],
  ["/usr/local/directadmin", "DirectAdmin"],
  ["/usr/local/hestia", "HestiaCP"],
  ["/usr/local/CyberCP", "CyberPanel"],
  ["/www/server/panel", "aaPanel"],
  ["/usr/local/ispconfig", "ISPConfig"],
  ["/etc/rancher/k3s", "k3s"],
];

/**
 * A chain that refuses what it does not know, and whether it admits both ports, the second for HTTP/3 too. Reads what
 * "nft list ruleset" says; tables of firewall programs and of ours are left out, they are asked themselves.
 */
export const CHAINS = `
  /^table/ { family=$2; table=$3 }
  /^\\t*chain/ { chain=$2; input=0; drop=0; http=0; https=0; quic=0 }
  /hook input/ { input=1; if (/policy drop/) drop=1 }
  input && /^\\t\\t(counter packets [0-9]+ bytes [0-9]+ )?(drop|reject.*)$/ { drop=1 }
  /dport/ && / accept/ {
    rule=$0 " "; udp=(rule ~ /udp dport/)
    if (!udp && rule ~ /dport[^;]*[ {,](80|http)[ ,}]/) http=1
    if (rule ~ /dport[^;]*[ {,](443|https)[ ,}]/) { if (!udp) https=1; if (udp || rule !~ /tcp dport/) quic=1 }
  }
  /^\\t}/ { if (input && drop && table !~ /^(aeroplane|firewalld)/) print (http && https && quic ? "open " : "closed ") family " " table " " chain; input=0 }
`;

/** One POSIX script, on stdin: the login, and how sshd sees this connection, are its arguments. It changes nothing. */
export const SCRIPT = `
login=$1; from=$2
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin; export LC_ALL=C
json=
put() { json="$json\\"$1\\":\\"$(printf '%s' "$2" | tr -cd 'A-Za-z0-9 ._:/+~@()-' | cut -c1-200)\\","; }
has() { command -v "$1" >/dev/null 2>&1; }
yesno() { if "$@" >/dev/null 2>&1; then echo yes; else echo no; fi; }

uid=$(id -u); root=no; run=
if [ "$uid" = 0 ]; then root=yes
elif has sudo; then
  # Each sudo says in words of its own that it wants a password: what is not a plain no is tried with one.
  if said=$(sudo -n true 2>&1); then root=sudo; run='sudo -n'
  else case $said in
    *'have a tty'*) root=terminal;;
    *'not in the sudoers'*|*'not allowed'*|*'may not run'*|*"I'm afraid"*|*'setuid'*|*'effective uid'*|*'no new privileges'*|*'not found'*) ;;
    *) root=password;;
  esac; fi
fi
put login "$login"; put root $root
put kernel "$(uname -s)"; put arch "$(uname -m)"; put clock "$(date +%s)"
ID=; ID_LIKE=; VERSION_ID=; PRETTY_NAME=; VERSION_CODENAME=
[ -r /etc/os-release ] && . /etc/os-release
put os "$ID"; put osLike "$ID_LIKE"; put osVersion "$VERSION_ID"; put osName "$PRETTY_NAME"; put codename "$VERSION_CODENAME"
put systemd "$(yesno test -d /run/systemd/system)"; put apt "$(yesno has apt-get)"
put cores "$(getconf _NPROCESSORS_ONLN 2>/dev/null)"
put memoryKilobytes "$(awk '/^MemTotal:/{print $2}' /proc/meminfo 2>/dev/null)"
put swapKilobytes "$(awk '/^SwapTotal:/{print $2}' /proc/meminfo 2>/dev/null)"

docker=; runs=no; store=; podman=no; archive=no
if has dockerd; then
  docker=$(dockerd --version 2>/dev/null | sed -n 's/.*version \\([0-9][0-9.]*\\).*/\\1/p'); : "\${docker:=0}"
elif has docker; then
  case "$(docker --version 2>/dev/null)" in *[Pp]odman*) podman=yes;; esac
fi
if has docker && [ $podman = no ]; then
  answer=$($run timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null) && docker=$answer && runs=yes
  [ $runs = yes ] && store=$($run timeout 10 docker info --format '{{.Driver}} {{.DriverStatus}}' 2>/dev/null | tr -d '[]' | cut -d' ' -f1-4)
elif [ -n "$docker" ] && [ -S /var/run/docker.sock ] && { [ ! -d /run/systemd/system ] || systemctl -q is-active docker; }; then runs=yes; fi
key=
if [ -z "$docker" ] && [ -x /usr/lib/apt/apt-helper ] && { [ "$ID" = debian ] || [ "$ID" = ubuntu ]; }; then
  key=$(mktemp -d)
  ( timeout 3 /usr/lib/apt/apt-helper download-file ${DOCKER_ARCHIVE}/$ID/gpg "$key/gpg" SHA256:${DOCKER_KEY_SHA256} && : > "$key/yes" ) >/dev/null 2>&1 & asking=$!
fi
put docker "$docker"; put dockerRuns $runs; put dockerStore "$store"; put podman $podman
put git "$(git --version 2>/dev/null | cut -d' ' -f3)"; put nft "$(yesno has nft)"; put ip "$(yesno has ip)"
atomic=no; for place in "/usr/lib/$(uname -m)-linux-gnu" "/lib/$(uname -m)-linux-gnu" /usr/lib64 /lib64; do [ -e "$place/libatomic.so.1" ] && atomic=yes; done
put atomic $atomic
apparmor=no; [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] && ! has apparmor_parser && apparmor=yes
put lacksApparmor $apparmor
put libc "$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)"
put freeKilobytes "$(df -Pk /opt 2>/dev/null | awk 'NR==2{print $4}')"
put freeDataKilobytes "$(df -Pk /var/lib 2>/dev/null | awk 'NR==2{print $4}')"
put freeInodes "$(df -Pi /opt 2>/dev/null | awk 'NR==2{print $4}')"
noexec=no; case ",$(findmnt -no OPTIONS -T /opt 2>/dev/null)," in *,noexec,*) noexec=yes;; esac
put noexec $noexec

# Who listens: ss says it to root; without ss the kernel's own table says at least that somebody does.
holder() {
  if has ss; then
    line=$($run ss -Hltnp "sport = :$1" 2>/dev/null | head -n 1)
    [ -n "$line" ] || return 0
    # Several have it where one hands it to another: systemd, or a shell of ours, keeps the port for Caddy.
    for pid in $(printf '%s' "$line" | grep -o 'pid=[0-9]*' | cut -d= -f2); do
      if $run cat "/proc/$pid/cmdline" 2>/dev/null | tr '\\0' ' ' | grep -q '/aeroplane/'; then echo ours; return; fi
      if [ "$pid" = 1 ] && [ "$1" = 80 ] && systemctl -q is-active ${HTTP_SOCKET} 2>/dev/null; then echo ours; return; fi
    done
    name=$(printf '%s' "$line" | sed -n 's/.*users:(("\\([^"]*\\)".*/\\1/p'); echo "\${name:-another program}"
  elif awk -v port="$(printf ':%04X' "$1")" '$4=="0A" && index($2, port) == length($2) - 4 {found=1} END {exit !found}' /proc/net/tcp /proc/net/tcp6 2>/dev/null; then echo 'another program'; fi
}
put port80 "$(holder 80)"; put port443 "$(holder 443)"
put sshd "$($run sshd -T -C "user=$login,host=localhost,\${from:-addr=127.0.0.1}" 2>/dev/null | grep -iE '^(allowtcpforwarding|allowstreamlocalforwarding|disableforwarding) ' | tr 'A-Z\\n' 'a-z ')"
# Some socket that any login may open, to try forwarding with.
socket=; for path in /run/systemd/journal/stdout /run/dbus/system_bus_socket; do [ -S $path ] && { socket=$path; break; }; done
put socket "$socket"

firewall=none; open=yes
if [ $root = yes ] || [ $root = sudo ]; then
  rules=$(has ufw && $run ufw status 2>/dev/null)
  if printf '%s' "$rules" | grep -q '^Status: active'; then
    firewall=ufw
    for port in 80 443; do
      printf '%s\\n' "$rules" | grep -Eq "^($port(/tcp)?|80,443/tcp|(Apache|Nginx|WWW) Full) +ALLOW" || open=no
    done
    printf '%s\\n' "$rules" | grep -Eq '^443(/udp)? +ALLOW' || open=no
  elif has firewall-cmd && [ "$($run firewall-cmd --state 2>/dev/null)" = running ]; then
    firewall=firewalld
    for port in 80:http 443:https; do
      $run firewall-cmd -q --query-service="\${port#*:}" 2>/dev/null || $run firewall-cmd -q --query-port="\${port%:*}/tcp" 2>/dev/null || open=no
    done
    $run firewall-cmd -q --query-port=443/udp 2>/dev/null || $run firewall-cmd -q --query-service=http3 2>/dev/null || open=no
  elif has nft; then
    found=$($run nft list ruleset 2>/dev/null | awk '${CHAINS}')
    [ -n "$found" ] && firewall=nftables
    case "$found" in *closed*) open=no;; esac
  fi
fi
put firewall $firewall; put firewallOpen $open

panels=
${PANELS.map(([folder, name]) => `[ -e ${folder} ] && panels="$panels${name}/"`).join("\n")}
put panels "$panels"
caddy=; has caddy && caddy=$(caddy version 2>/dev/null | cut -d' ' -f1)
put caddy "$caddy"
if [ -n "$key" ]; then wait $asking; [ -e "$key/yes" ] && archive=yes; rm -rf "$key"; fi
put dockerArchive $archive
printf '\\n==aeroplane=={%s}==end==\\n' "\${json%,}"
`;
