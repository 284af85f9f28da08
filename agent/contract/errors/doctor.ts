import type { ErrorEntry } from "./entry.ts";

/** What the doctor finds. The commands that mend it stand beside the problem, so that they can be copied. */
export const doctorErrors = {
  CHECK_TIMED_OUT: {
    status: 504,
    retry: true,
    message: "{check} was not answered within {seconds} s.",
    next: "Check again. If it stays, the server is overloaded or a tool on it hangs.",
  },
  CHECK_FAILED: {
    status: 500,
    retry: true,
    message: "{check} could not be looked at: {why}.",
    next: "Check again. If it stays, copy the report.",
  },
  FIX_FAILED: {
    status: 502,
    retry: true,
    message: "{what} did not work: {why}.",
    next: "Run the commands of the check on the server, and read what they answer.",
  },

  DOCKER_OUTDATED: {
    status: 503,
    retry: false,
    message: "Docker {version} is older than {wanted}; {lacks}.",
    next: "Install a newer Docker from Docker's own repository, or upgrade the system. Running services need a restart of Docker for it.",
  },
  DOCKER_STORE_SLOW: {
    status: 503,
    retry: false,
    message: "Docker keeps images with the driver {driver}, which copies every layer whole.",
    next: "Put Docker's folder on a disk that overlay2 supports (ext4, or xfs with ftype=1), then deploy the services again.",
  },
  DOCKER_NO_LIVE_RESTORE: {
    status: 503,
    retry: false,
    message: "live-restore is off: all services stop whenever Docker itself restarts, as in its upgrades.",
    next: "Add \"live-restore\": true to /etc/docker/daemon.json, then reload Docker. Nothing stops while it is switched on.",
  },
  PART_KNOWN_BAD: {
    status: 503,
    retry: false,
    message: "A security release of {part} is waiting: {version} has a known fault, fixed in {fixedIn}. {what} ({advisory}).",
    next: "Update the server's parts: they are tried beside the ones that run, which come back if they are not healthy.",
  },
  BUILDX_OUTDATED: {
    status: 503,
    retry: false,
    message: "buildx {version} is older than {wanted} and has known faults.",
    next: "Update the server's parts: they are tried beside the ones that run, which come back if they are not healthy.",
  },
  BUILDKIT_UNAVAILABLE: {
    status: 503,
    retry: true,
    message: "Docker's BuildKit does not answer: {why}.",
    next: "Restart Docker when its services may pause for a moment, then check again. Images and sites that run are not affected.",
  },
  BUILD_CACHE_LARGE: {
    status: 507,
    retry: false,
    message: "The build cache takes {size}, {share} of the disk.",
    next: "Remove the build cache. The next builds take longer; nothing that runs is touched.",
  },

  CADDY_OUTDATED: {
    status: 503,
    retry: false,
    message: "Caddy {version} is older than {wanted} and has known faults.",
    next: "Update the server's parts: they are tried beside the ones that run, which come back if they are not healthy.",
  },
  CADDY_CONFIG_OTHER: {
    status: 503,
    retry: true,
    message: "Caddy runs another configuration than the agent's.",
    next: "Load the agent's configuration. Changes that were made by hand through Caddy's admin socket are lost.",
  },
  PORT_HELD: {
    status: 503,
    retry: true,
    message: "Port {port} is held by {program}, not by the agent's Caddy.",
    next: "Stop that program or move it to another port; sites answer on this port only then.",
  },
  PORT_SILENT: {
    status: 503,
    retry: true,
    message: "Nothing listens on port {port}.",
    next: "Start Caddy; until then no site answers.",
  },
  PORT_NOT_KEPT: {
    status: 503,
    retry: false,
    message: "Port {port} closes whenever Caddy ends.",
    next: "Have it kept open: then visitors wait while Caddy is started anew, and are not refused.",
  },
  CERTIFICATE_EXPIRED: {
    status: 503,
    retry: true,
    message: "The certificate of {name} expired on {date}.",
    next: "Check that the name leads to this server and that ports 80 and 443 are open, then open the site once.",
  },
  CERTIFICATE_EXPIRES: {
    status: 503,
    retry: true,
    message: "The certificate of {name} expires in {days} and was not renewed.",
    next: "Check that the name leads to this server and that ports 80 and 443 are open.",
  },

  DISK_LOW: {
    status: 507,
    retry: false,
    message: "{free} of {total} are free on the disk of {path} ({percent}).",
    next: "Clean up what Aeroplane keeps for a while and nobody needs now. What else is on the disk it never touches: free that yourself, or enlarge the disk before it is full. Builds and backups fail first.",
  },
  INODES_LOW: {
    status: 507,
    retry: false,
    message: "{percent} of the inodes are free on the disk of {path} ({free} of {total}).",
    next: "Remove many small files, such as old caches, or make a file system with more inodes. A disk without inodes is full, whatever space is left.",
  },
  DATA_READ_ONLY: {
    status: 503,
    retry: false,
    message: "The file system of {path} is mounted read-only.",
    next: "The kernel does this when a disk is damaged. Read dmesg, check the disk, then mount it for writing.",
  },
  DATA_NO_EXEC: {
    status: 503,
    retry: false,
    message: "Programs in {path} may not be executed (mounted noexec).",
    next: "Mount that file system without noexec; the agent's own parts lie there.",
  },

  MEMORY_LOW: {
    status: 503,
    retry: true,
    message: "{free} of {total} memory are available ({percent}).",
    next: "Stop a service that is not needed, or give the server more memory. The kernel ends programs when none is left.",
  },
  SWAP_MISSING: {
    status: 503,
    retry: false,
    message: "This server has {total} memory and no swap.",
    next: "Add a swap file of 1 to 2 GB, so that a build does not end running services.",
  },
  OOM_KILLS: {
    status: 503,
    retry: false,
    message: "The kernel ended {count} for lack of memory since the last boot.",
    next: "Look with the command which ones, then give the server more memory or set limits. The count begins anew at the next boot.",
  },

  CLOCK_UNSYNCHRONISED: {
    status: 503,
    retry: false,
    message: "The server's clock is not synchronised.",
    next: "Switch time synchronisation on. A wrong clock breaks certificates and makes logs hard to read.",
  },
  CLOCK_SKEWED: {
    status: 503,
    retry: true,
    message: "The server's clock is {skew} {direction} of this computer's.",
    next: "Find out which of the two is wrong, and synchronise it.",
  },

  AGENT_NOT_AT_BOOT: {
    status: 503,
    retry: false,
    message: "The agent does not start by itself after a reboot.",
    next: "Services start again with Docker, but nothing deploys or repairs until Aeroplane is opened. systemd and root are needed for more.",
  },
  AGENT_NOT_ROOT: {
    status: 503,
    retry: false,
    message: "The agent runs as the user {uid}, not as root.",
    next: "Repositories are read and sites served by that same user, and ports below 1024 are closed to it. Start the agent as root for more.",
  },
  FILE_LIMIT_LOW: {
    status: 503,
    retry: false,
    message: "{used} of {limit} open files are in use ({whose}).",
    next: "Raise the limit: fs.file-max for the whole server, LimitNOFILE in the unit for the agent.",
  },
  UNIT_FAILED: {
    status: 503,
    retry: true,
    message: "The unit {unit} is {state} ({result}).",
    next: "Read its last lines with the command, mend the cause, then start it.",
  },
  UNIT_RESTARTS: {
    status: 503,
    retry: false,
    message: "systemd restarted {unit} {count} times.",
    next: "Read its last lines with the command; it goes down by itself.",
  },
  UNIT_NOT_ENABLED: {
    status: 503,
    retry: false,
    message: "The unit {unit} is not started at boot ({state}).",
    next: "Enable it, so that sites answer after a reboot.",
  },

  FIREWALL_BLOCKS: {
    status: 503,
    retry: true,
    message: "The firewall {firewall} does not admit port {ports}.",
    next: "Open it with the command; sites cannot be reached from outside before.",
  },
  FIREWALL_BLOCKS_HTTP3: {
    status: 503,
    retry: true,
    message: "The firewall {firewall} does not admit {ports}, over which browsers speak HTTP/3.",
    next: "Open it with the command; until then browsers use HTTPS over TCP. Servers that an earlier version prepared admit 443/tcp alone.",
  },
  NAMES_TABLE_MISSING: {
    status: 503,
    retry: true,
    message: "The packet filter's table {table} is missing.",
    next: "Write it again; until then services do not reach each other by name.",
  },
  PUBLISHED_PORTS_SHUT: {
    status: 503,
    retry: true,
    message: "Nothing lets in what comes to the published ports: rules of {table} are missing in the packet filter.",
    next: "Write them again; until then nobody reaches these ports from outside.",
  },
  KERNEL_LACKS: {
    status: 503,
    retry: false,
    message: "The kernel lacks {what}.",
    next: "Load the module or set the value with the command; some hosters' containers (OpenVZ, LXC) cannot.",
  },
  CONNECTIONS_FULL: {
    status: 503,
    retry: true,
    message: "{used} of {limit} tracked connections are in use.",
    next: "Raise net.netfilter.nf_conntrack_max, or find out who opens so many.",
  },
  NAMES_UNRESOLVED: {
    status: 503,
    retry: true,
    message: "The server cannot resolve {name}: {why}.",
    next: "Check /etc/resolv.conf. Without names no image or repository is fetched; what runs goes on.",
  },
  OUTGOING_BLOCKED: {
    status: 503,
    retry: true,
    message: "The server cannot reach {name} over HTTPS: {why}.",
    next: "Allow outgoing connections to port 443, or keep it so where the server is meant to be offline; images then have to be brought in.",
  },

  SYSTEM_UNTESTED: {
    status: 503,
    retry: false,
    message: "{system} is not one of the systems that Aeroplane is made for.",
    next: "It may work all the same. Debian 12 and 13 are tested; Ubuntu 22.04 or newer is expected to work.",
  },
  REBOOT_REQUIRED: {
    status: 503,
    retry: false,
    message: "The server waits for a reboot since {since}, because of {packages}.",
    next: "Reboot it when its services may be away for a minute; they come back by themselves.",
  },
  UPDATES_PENDING: {
    status: 503,
    retry: false,
    message: "{count} security updates wait to be installed.",
    next: "Install them with the command.",
  },
  PANEL_FOUND: {
    status: 409,
    retry: false,
    message: "{panel} is installed on this server.",
    next: "Both want ports 80 and 443 and may change the firewall. Use a server of its own for Aeroplane, or remove the panel.",
  },
  FORWARDING_OFF: {
    status: 403,
    retry: false,
    message: "sshd does not allow {what} for the login {login}.",
    next: "Allow it in sshd_config and reload sshd, or choose the bridge as the way in.",
  },
} as const satisfies Record<string, ErrorEntry>;
