import type { ErrorEntry } from "./entry.ts";

/** What a tool tells in words of its own, with the cause that most often stands behind them. */
export const causeErrors = {
  SOURCE_LFS_POINTERS: {
    status: 422,
    retry: false,
    message: "Git LFS keeps {paths} elsewhere; this deployment has only the short text that points there.",
    next: "Let files of Git LFS be fetched in the service's settings, or commit the files themselves where the app needs them.",
  },
  LFS_NOT_INSTALLED: {
    status: 422,
    retry: false,
    message: "{url} has files to fetch with Git LFS, which is not installed on this server.",
    next: "Install the package git-lfs on the server, or leave files of Git LFS as they are in the service's settings; then deploy again.",
  },
  LFS_ADDRESS_REFUSED: {
    status: 422,
    retry: false,
    message: "The repository's .lfsconfig names {address} for its files; only http, https and ssh are fetched from, without a password in the address.",
    next: "Correct lfs.url in .lfsconfig, then deploy again.",
  },
  LFS_OBJECT_MISSING: {
    status: 422,
    retry: false,
    message: "The Git LFS server of {url} does not have all of its files.",
    next: "Push what is missing with git lfs push --all, then deploy again. The log names the files.",
  },
  LFS_REFUSED: {
    status: 422,
    retry: false,
    message: "The Git LFS server of {url} does not hand out its files without a password.",
    next: "Let them be read without one, or leave files of Git LFS as they are in the service's settings; then deploy again.",
  },
  LFS_LIMITED: {
    status: 429,
    retry: true,
    message: "The Git LFS server of {url} gives no more files now: its quota or its limit is reached.",
    next: "Wait, or raise the quota there, then deploy again.",
  },
  LFS_FAILED: {
    status: 422,
    retry: true,
    message: "Git LFS could not fetch files of {url}.",
    next: "Look at the log for what it said, then deploy again.",
  },
  SOURCE_SUBMODULES_EMPTY: {
    status: 422,
    retry: false,
    message: "{paths} belongs to another repository as a submodule; this deployment has an empty folder there.",
    next: "Let submodules be fetched in the service's settings, or commit the files themselves where the app needs them.",
  },
  APP_KILLED: {
    status: 422,
    retry: false,
    message: "{service} was killed before it was ready (exit code {code}), most likely because the memory of the server or of its limit ran out.",
    next: "Look whether the server has memory left, let the app use less, then deploy again.",
  },
  APP_WANTS_PROCESS_ONE: {
    status: 422,
    retry: false,
    message: "The init of {service} wants to be process 1 of its container and is started by something else.",
    next: "Let the image's ENTRYPOINT be its init itself, as /init of s6-overlay is: then it is process 1. Then deploy again.",
  },
  SCRIPT_HAS_CRLF: {
    status: 422,
    retry: false,
    message: "{service} could not run {path}: its lines end as on Windows (CRLF), so Linux looks for a program whose name ends with a carriage return.",
    next: "Save the script with LF as its line end, for example by *.sh text eol=lf in .gitattributes, then deploy again.",
  },
  IMAGE_UNHEALTHY: {
    status: 422,
    retry: false,
    message: "The HEALTHCHECK of the image of {service} did not pass within {seconds} s; it said: {said}.",
    next: "Correct what it checks, give it more time, or turn off waiting for it in the service's settings.",
  },
  HEALTHCHECK_MISSING: {
    status: 422,
    retry: false,
    message: "The image of {service} declares no HEALTHCHECK that could pass.",
    next: "Declare one in its Dockerfile, or choose another health check in the service's settings.",
  },
  HEALTH_COMMAND_FAILED: {
    status: 422,
    retry: false,
    message: "The health command of {service} did not end with exit code 0 within {seconds} s; it said: {said}.",
    next: "Correct the command or what it asks, or give it more time in the service's settings.",
  },
  BEFORE_DEPLOY_FAILED: {
    status: 422,
    retry: false,
    message: "The command before the deploy of {service} ended with exit code {code}.",
    next: "Look at its last lines in the log of the deployment, correct the cause and deploy again: it is run again then.",
  },
  BUILD_KILLED: {
    status: 422,
    retry: true,
    message: "The build step {step} was killed (exit code {code}), most likely because the memory of the server ran out.",
    next: "Give the server more memory or swap, or let the build use less, then deploy again. Running services are not affected.",
  },
  DOCKERFILE_HEREDOC_UNKNOWN: {
    status: 422,
    retry: false,
    message: "The builder of this server does not know heredocs, which line {line} of the Dockerfile in {path} begins.",
    next: "Update Docker on the server to version 23 or later, or write the lines with && instead, then deploy again.",
  },
} as const satisfies Record<string, ErrorEntry>;
