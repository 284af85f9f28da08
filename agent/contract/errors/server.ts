import type { ErrorEntry } from "./entry.ts";

/** What can go wrong with a server, and on the way to it. */
export const serverErrors = {
  // server
  DOCKER_UNAVAILABLE: {
    status: 503,
    retry: true,
    message: "Docker does not answer on this server: {why}.",
    next: "Start Docker, then try again.",
  },
  DOCKER_SILENT: {
    status: 504,
    retry: true,
    message: "Docker did not answer within {seconds} s when asked to {act}.",
    next: "Services that run go on serving, and what is left undone is mended when Docker answers again. If it stays silent, restart Docker on the server, then try again.",
  },
  DISK_FULL: {
    status: 507,
    retry: true,
    message: "The disk under {path} is full; {free} are free.",
    next: "Free disk space or enlarge the disk, then try again. Running services are not affected.",
  },
  NO_SUBNET_FREE: {
    status: 503,
    retry: false,
    message: "No free private network range is left on this server ({tried} tried).",
    next: "Delete a project that is no longer needed.",
  },

  ENVIRONMENT_FULL: {
    status: 409,
    retry: true,
    message: "{service} needs {wanted} more addresses, and {free} of the {size} in its project's private network are free.",
    next: "Old and new instances stand side by side until the switch. Wait until the project's other deployments have ended, or lower the number of instances of a service.",
  },

  // reaching a server
  SERVER_OFFLINE: {
    status: 503,
    retry: true,
    message: "{server} is not connected.",
    next: "It reconnects by itself; or reconnect now.",
  },
  ANSWER_TOO_LARGE: {
    status: 502,
    retry: false,
    message: "{server} answered with more than {limit}, which no answer to this app has.",
    next: "Look on the server at what answers there: it may be broken, or another program.",
  },
  ADDRESS_UNKNOWN: {
    status: 422,
    retry: true,
    message: "The address {address} cannot be resolved.",
    next: "Check the spelling of the address.",
  },
  CONNECTION_REFUSED: {
    status: 503,
    retry: true,
    message: "{address} refuses connections on port {port}.",
    next: "Check the port and that the SSH server runs.",
  },
  CONNECTION_TIMED_OUT: {
    status: 504,
    retry: true,
    message: "{address} did not answer on port {port} within {seconds} s.",
    next: "Check the address, the port and the firewall.",
  },
  HOST_UNREACHABLE: {
    status: 504,
    retry: true,
    message: "No way leads to {address} from this computer.",
    next: "Check that this computer is online, in the network or VPN of the server, and that the server is on.",
  },
  CONNECTION_CLOSED: {
    status: 503,
    retry: true,
    message: "{address} closed the connection before signing in.",
    next: "The server may be refusing this address after failed logins. Wait a minute, then try again.",
  },
  HOST_KEY_REFUSED: {
    status: 403,
    retry: true,
    message: "The host key of {address} was not accepted.",
    next: "Compare the fingerprint on the server's console, then add the server again.",
  },
  HOST_KEY_CHANGED: {
    status: 403,
    retry: false,
    message: "{address} shows another {keyType} host key than the one known from {file}: {fingerprint} instead of {known}.",
    next: "If the server was reinstalled, forget the old key and compare the new one on the server's console. Otherwise do not connect.",
  },
  HOST_KEY_REVOKED: {
    status: 403,
    retry: false,
    message: "The host key of {address} is marked as revoked in {file}.",
    next: "Do not connect. Ask the server's administrator.",
  },
  LOGIN_REFUSED: {
    status: 401,
    retry: false,
    message: "{address} refused the login of {user} by {method}.",
    next: "Check the user and the key or password.",
  },
  KEY_UNREADABLE: {
    status: 422,
    retry: false,
    message: "The key file {path} cannot be read: {why}.",
    next: "Choose a private key in OpenSSH or PEM format.",
  },
  PASSPHRASE_WRONG: {
    status: 401,
    retry: true,
    message: "The passphrase does not open the key {path}.",
    next: "Type the passphrase again.",
  },
  FORWARDING_REFUSED: {
    status: 403,
    retry: false,
    message: "The SSH server of {address} forwards no unix sockets for this login, and the agent listens on one only.",
    next: "Connect through the bridge, which needs no forwarding; or let sshd_config have AllowTcpForwarding yes, AllowStreamLocalForwarding yes and DisableForwarding no.",
  },
  SERVER_UNSUPPORTED: {
    status: 422,
    retry: false,
    message: "{address} cannot be used: {why}.",
    next: "Use a Debian 12 or 13 or Ubuntu server on x64 or arm64 with root access.",
  },
  SERVER_LACKS: {
    status: 422,
    retry: false,
    message: "{address} lacks {what}.",
    next: "Install it with: {commands}",
  },
  UPLOAD_DAMAGED: {
    status: 502,
    retry: true,
    message: "{file} arrived on {address} with another checksum.",
    next: "Try again. If it stays, check the server's disk.",
  },
  AGENT_NOT_STARTED: {
    status: 502,
    retry: true,
    message: "The agent on {address} did not become ready within {seconds} s.",
    next: "Look at the details for its last lines, then try again.",
  },
  PART_UNAVAILABLE: {
    status: 503,
    retry: true,
    message: "{part} could not be fetched: {why}.",
    next: "Check this computer's network connection, then try again.",
  },
} as const satisfies Record<string, ErrorEntry>;
