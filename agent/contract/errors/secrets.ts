import type { ErrorEntry } from "./entry.ts";

/** What can go wrong where a desktop keeps its secrets. */
export const secretsErrors = {
  MASTER_WRONG: {
    status: 401,
    retry: true,
    message: "The master passphrase does not open the sealed file.",
    next: "Type it again. Where it is lost, a new file can be started in Settings; the old one is kept aside.",
  },
  SEALED_FILE_DAMAGED: {
    status: 422,
    retry: false,
    message: "The sealed file {path} cannot be read: {why}.",
    next: "Bring it back from a backup, or start a new file in Settings; the old one is kept aside.",
  },
  SERVERS_FILE_MISSING: {
    status: 503,
    retry: false,
    message: "The list of servers {path} is missing, although what they last said lies in {evidence}.",
    next: "Put it back from a copy of that folder, then start Aeroplane again. To begin with an empty list, delete {evidence}; on the servers nothing changes.",
  },
  SERVERS_FILE_UNREADABLE: {
    status: 503,
    retry: false,
    message: "The list of servers {path} cannot be read: {why}.",
    next: "Mend it or put it back from a copy of that folder, then start Aeroplane again. To begin with an empty list, move it and the folder known beside it away; on the servers nothing changes.",
  },
  SEALED_FILE_CLOSED: {
    status: 409,
    retry: true,
    message: "The sealed file is closed.",
    next: "Unlock it with the master passphrase, then try again.",
  },
  KEYCHAIN_LOCKED: {
    status: 409,
    retry: true,
    message: "The keychain of this computer is locked.",
    next: "Unlock it, then try again.",
  },
  KEYCHAIN_ABSENT: {
    status: 409,
    retry: true,
    message: "No keychain of this computer can be used: {why}",
    next: "Keep secrets in a sealed file, or let them be asked at each start.",
  },
} as const satisfies Record<string, ErrorEntry>;
