import type { ErrorEntry } from "./entry.ts";

/** What can go wrong with signing in by SSH, beyond what every server has (server.ts). */
export const sshErrors = {
  LOGIN_METHOD_MISSING: {
    status: 401,
    retry: false,
    message: "{address} does not accept {method} for {user}; it accepts {accepted}.",
    next: "Choose another way to sign in.",
  },
  ANSWER_TOO_LATE: {
    status: 408,
    retry: false,
    message: "{address} closed the connection before its question was answered.",
    next: "Sign in again and answer sooner.",
  },
  SSH_AGENT_UNAVAILABLE: {
    status: 422,
    retry: false,
    message: "The ssh-agent cannot be used: {why}.",
    next: "Start it and add a key with ssh-add, or choose a key file.",
  },
  SSH_SESSIONS_REFUSED: {
    status: 503,
    retry: true,
    message: "The SSH server of {address} opens no further sessions on a connection.",
    next: "Connect again. If it stays so, raise MaxSessions in /etc/ssh/sshd_config on the server (10 is usual) and reload sshd.",
  },
  JUMP_REFUSED: {
    status: 503,
    retry: true,
    message: "{jump} does not pass on to {address}, port {port}: {why}.",
    next: "Check the address as {jump} sees it, and that its SSH server allows forwarding.",
  },
  SSH_CONFIG_UNTRUSTED: {
    status: 403,
    retry: false,
    message: "The file {path} is not read: {why}.",
    next: "It can start programs, so it must belong to you and be writable by nobody else: chmod go-w {path}",
  },
  SSH_CONFIG_REFUSED: {
    status: 422,
    retry: false,
    message: "The SSH configuration does not give an address for {host}: {why}.",
    next: "Correct ~/.ssh/config, or type the address instead.",
  },
  SSH_NEEDS_SYSTEM: {
    status: 422,
    retry: false,
    message: "{address} needs {what}, which only the system's own ssh can do.",
    next: "Add the server again with the system's ssh as the program that connects.",
  },
  SSH_PROGRAM_UNUSABLE: {
    status: 422,
    retry: false,
    message: "The system's own ssh cannot connect to {address}: {why}.",
    next: "Choose the built-in client, or install OpenSSH's client on this computer.",
  },
  SIGN_IN_ELSEWHERE: {
    status: 409,
    retry: false,
    message: "{address} leads to another server than {server}: the agent there is that of {hostname}.",
    next: "Correct the address, or add it as a server of its own.",
  },
  HOST_KEY_NOT_OURS: {
    status: 403,
    retry: false,
    message: "The old key of {name} also stands in {where}, which only a person can change.",
    next: "Correct that line by hand, or ask who keeps the file.",
  },
} as const satisfies Record<string, ErrorEntry>;
