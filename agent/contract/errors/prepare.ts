import type { ErrorEntry } from "./entry.ts";

/** What stands in the way of preparing a server, and what went wrong on the way. */
export const prepareErrors = {
  // what the check finds
  OS_UNSUPPORTED: {
    status: 422,
    retry: false,
    message: "{address} runs {os}, which cannot be prepared.",
    next: "Use a server with Debian 12 or 13, or Ubuntu 22.04 or newer.",
  },
  ARCH_UNSUPPORTED: {
    status: 422,
    retry: false,
    message: "The processor of {address} is {arch}; there is no agent for it.",
    next: "Use a server with an x64 or arm64 processor.",
  },
  LIBC_UNSUPPORTED: {
    status: 422,
    retry: false,
    message: "The C library of {address} is {libc}; glibc {needed} or newer is needed.",
    next: "Use a server with Debian 12 or 13, or Ubuntu 22.04 or newer.",
  },
  ROOT_NEEDED: {
    status: 403,
    retry: false,
    message: "{login} is not root on {address} and may not use sudo there.",
    next: "Sign in as root, or add {login} to the group sudo on the server.",
  },
  SUDO_NEEDS_TERMINAL: {
    status: 403,
    retry: false,
    message: "sudo on {address} lets {login} in from a terminal alone (requiretty).",
    next: "Add the line Defaults:{login} !requiretty with visudo on the server, then connect again.",
  },
  SUDO_PASSWORD_REFUSED: {
    status: 403,
    retry: true,
    message: "sudo on {address} did not take the password of {login}.",
    next: "Connect again and type the password that {login} has on the server.",
  },
  DISK_SPACE_LOW: {
    status: 507,
    retry: true,
    message: "{free} are free in {path} on {address}; {needed} are needed.",
    next: "Free disk space or enlarge the disk, then connect again.",
  },
  FILES_LIMIT_LOW: {
    status: 507,
    retry: true,
    message: "{free} more files fit into {path} on {address}; {needed} are needed.",
    next: "Delete files that are not needed, then connect again.",
  },
  NOEXEC_MOUNT: {
    status: 422,
    retry: false,
    message: "Programs in {path} cannot be run on {address}: it is mounted noexec.",
    next: "Mount it again without noexec: mount -o remount,exec, and the same in /etc/fstab.",
  },
  PORT_TAKEN: {
    status: 409,
    retry: true,
    message: "Port {port} of {address} is held by {holder}; no site could answer there.",
    next: "Stop that program and keep it from starting again, then connect again.",
  },
  CLOCK_WRONG: {
    status: 422,
    retry: true,
    message: "The clock of {address} differs from this computer's by {seconds} s.",
    next: "Set the clock of whichever is wrong: timedatectl set-ntp true on the server. Certificates and packages are refused with a wrong clock.",
  },
  MEMORY_SMALL: {
    status: 422,
    retry: false,
    message: "{address} has {memory} of memory and no swap; builds may be ended for lack of it.",
    next: "Add swap or memory.",
  },
  SUPERVISION_LIMITED: {
    status: 422,
    retry: false,
    message: "{address} does not run systemd, so the agent does not start at boot.",
    next: "After a restart of the server, connect to it and the agent is started again.",
  },
  DOCKER_TOO_OLD: {
    status: 422,
    retry: false,
    message: "Docker on {address} is {version}; {needed} or newer is needed.",
    next: "Update Docker from the package manager that it was installed with, then connect again.",
  },
  DOCKER_IS_PODMAN: {
    status: 422,
    retry: false,
    message: "The command docker on {address} is Podman, which cannot run the services.",
    next: "Remove the package podman-docker, then connect again: Docker is installed beside Podman.",
  },
  PANEL_PRESENT: {
    status: 409,
    retry: false,
    message: "{panel} is installed on {address}.",
    next: "It may hold the ports of the sites or remove containers that are not its own. A server of its own is safer.",
  },
  FIREWALL_CLOSED: {
    status: 409,
    retry: false,
    message: "The firewall of {address} ({firewall}) does not admit all of ports 80, 443 and 443/udp.",
    next: "Open them: without the first two no site is reached from outside, without the last none by HTTP/3.",
  },

  // what goes wrong while preparing
  PREPARE_INTERRUPTED: {
    status: 503,
    retry: true,
    message: "The connection to {address} was lost while it was prepared.",
    next: "Connect again: what is done stays, and preparing goes on from there.",
  },
  PACKAGES_BUSY: {
    status: 503,
    retry: true,
    message: "Another program on {address} holds the package manager for more than {minutes} minutes.",
    next: "Wait until its update has ended, then connect again.",
  },
  PACKAGE_SOURCES_UNREACHABLE: {
    status: 503,
    retry: true,
    message: "{address} cannot reach its package sources.",
    next: "Check the server's network and /etc/apt, then connect again.",
  },
  PACKAGES_NOT_INSTALLED: {
    status: 502,
    retry: true,
    message: "{packages} could not be installed on {address} (exit code {code}).",
    next: "Look at the details for what the package manager said, correct it and connect again.",
  },
  DOCKER_NOT_STARTED: {
    status: 503,
    retry: true,
    message: "Docker is installed on {address} and does not start.",
    next: "Look at the details for its last lines, correct the cause and connect again.",
  },
  FIREWALL_NOT_OPENED: {
    status: 502,
    retry: true,
    message: "{firewall} on {address} did not open ports 80 and 443.",
    next: "Look at the details. Connect again and leave the firewall out to go on without it.",
  },
  SWAP_NOT_ADDED: {
    status: 502,
    retry: true,
    message: "Swap could not be added on {address}.",
    next: "Look at the details. Connect again and leave the swap out to go on without it.",
  },
  UNINSTALL_STOPPED: {
    status: 502,
    retry: true,
    message: "Uninstalling from {address} stopped at: {step}.",
    next: "Look at the details, then uninstall again: what is gone stays gone, and it goes on from there.",
  },
} as const satisfies Record<string, ErrorEntry>;
