import type { ErrorEntry } from "./entry.ts";

/** Of this machine as a server: why its Docker cannot be used, each with the one command that mends it. */
export const localErrors = {
  DOCKER_NOT_INSTALLED: {
    status: 503,
    retry: true,
    message: "Docker is not installed on this machine.",
    next: "Install it, then try again: {command}",
  },
  DOCKER_NOT_RUNNING: {
    status: 503,
    retry: true,
    message: "Docker is installed on this machine and does not run.",
    next: "Start it, then try again: {command}",
  },
  DOCKER_NOT_ALLOWED: {
    status: 403,
    retry: true,
    message: "Docker runs on this machine, but {login} may not use it.",
    next: "Let {login} use it, sign out and in again, then try again: {command}",
  },
  DOCKER_ROOTLESS: {
    status: 503,
    retry: true,
    message: "Docker runs on this machine for {login} alone ({socket}), without the networks that services need.",
    next: "Let the system's own Docker run beside it, then try again: {command}",
  },
  DOCKER_BY_PODMAN: {
    status: 503,
    retry: true,
    message: "On this machine Podman answers in Docker's place ({socket}); it cannot run the services.",
    next: "Install Docker beside it, then try again: {command}",
  },
} as const satisfies Record<string, ErrorEntry>;
