import type { ErrorEntry } from "./entry.ts";

/** What can go wrong between a source and a served release. */
export const deployErrors = {
  // source
  GIT_UNREACHABLE: {
    status: 422,
    retry: true,
    message: "The Git host of {url} could not be reached.",
    next: "Check the address and that this server can reach the host, then deploy again.",
  },
  GIT_REPOSITORY_NOT_FOUND: {
    status: 422,
    retry: false,
    message: "There is no readable repository at {url}.",
    next: "Check the address. A private repository needs access for this server.",
  },
  GIT_BRANCH_NOT_FOUND: {
    status: 422,
    retry: false,
    message: "The repository {url} has no branch {branch}.",
    next: "Choose a branch that exists, or push {branch} first.",
  },
  GIT_COMMIT_NOT_FOUND: {
    status: 422,
    retry: false,
    message: "The repository {url} does not hand out the commit {commit}.",
    next: "It may have been rewritten since, or its host gives only what branches point at: deploy the branch instead.",
  },
  GIT_FAILED: {
    status: 422,
    retry: true,
    message: "Git could not fetch {url}.",
    next: "Look at the log for what Git said, then deploy again.",
  },
  SOURCE_DIRECTORY_MISSING: {
    status: 422,
    retry: false,
    message: "The directory {path} does not exist in commit {commit}.",
    next: "Correct the directory in the service's settings.",
  },
  SOURCE_ESCAPES: {
    status: 422,
    retry: false,
    message: "{path} is a link that leaves the repository.",
    next: "Replace the link by the file itself, or remove it.",
  },
  SOURCE_TOO_LARGE: {
    status: 422,
    retry: false,
    message: "The repository {url} is larger than {limit}.",
    next: "Remove large files from the branch.",
  },
  SOURCE_NEEDS_MEMORY: {
    status: 422,
    retry: false,
    message: "Git needs more memory to fetch {url} than the {limit} that it may have on this server.",
    next: "Keep large files outside of the repository, or give the server more memory.",
  },

  // variables
  VARIABLE_REFERENCE_UNKNOWN: {
    status: 422,
    retry: false,
    message: "The variable {variable} of {service} refers to {reference}, which does not exist.",
    next: "Create the variable, or correct the reference. For the text itself write one more $ before it.",
  },
  VARIABLE_REFERENCE_CIRCULAR: {
    status: 422,
    retry: false,
    message: "Variables of {service} refer to each other in a circle: {way}.",
    next: "Give one of them a value that refers to none of the others.",
  },
  VARIABLE_REFERENCE_TOO_MANY: {
    status: 422,
    retry: false,
    message: "Variables of {service} lead to more than {limit}.",
    next: "Let them refer to fewer others.",
  },
  VARIABLE_FACT_MISSING: {
    status: 422,
    retry: false,
    message: "The variable {variable} of {service} refers to {reference}, which {owner} does not have now.",
    next: "Deploy {owner} first, or give it the port or hostname that is asked for.",
  },
  VARIABLE_IS_SECRET: {
    status: 409,
    retry: false,
    message: "The variable {variable} is secret: its value is not shown.",
    next: "Replace it by a new value, or remove it.",
  },
  VARIABLES_TOO_LARGE: {
    status: 422,
    retry: false,
    message: "The variable {variable} of {service} has more than {limit} after its references are put in.",
    next: "Refer to fewer or shorter variables in it.",
  },

  // build
  DOCKERFILE_MISSING: {
    status: 422,
    retry: false,
    message: "There is no Dockerfile in {path}.",
    next: "Add a Dockerfile there, or correct the root directory in the settings.",
  },
  DOCKERFILE_INVALID: {
    status: 422,
    retry: false,
    message: "The Dockerfile in {path} cannot be read: {why}.",
    next: "Correct the named line and deploy again.",
  },
  BUILD_FAILED: {
    status: 422,
    retry: false,
    message: "The build step {step} ended with exit code {code}.",
    next: "Look at the last lines of the build log, correct the cause and deploy again.",
  },
  BUILD_STEP_FAILED: {
    status: 422,
    retry: false,
    message: "The build step {step} failed: {why}.",
    next: "Look at the last lines of the build log, correct the cause and deploy again.",
  },
  BASE_IMAGE_NOT_FOUND: {
    status: 422,
    retry: false,
    message: "The base image {reference} does not exist or is not readable.",
    next: "Correct the FROM line of the Dockerfile.",
  },
  DISK_WOULD_NOT_FIT: {
    status: 507,
    retry: true,
    message: "{service} would not fit on the disk under {path}: {free} are free, {needed} are needed.",
    next: "Clean up the server, keep less, or enlarge the disk; then deploy again. What serves now goes on.",
  },
  BUILD_DISK_FULL: {
    status: 507,
    retry: true,
    message: "The disk of this server filled up while building {service}; {free} are free.",
    next: "Free disk space or enlarge the disk, then deploy again. Running services are not affected.",
  },
  BUILDER_MISSING: {
    status: 503,
    retry: false,
    message: "BuildKit is not available on this server: {why}.",
    next: "Prepare the server again.",
  },
  STATIC_OUTPUT_MISSING: {
    status: 422,
    retry: false,
    message: "The folder {path} does not exist after the build.",
    next: "Correct the output folder in the service's settings.",
  },
  SITE_TOO_LARGE: {
    status: 422,
    retry: false,
    message: "The site is larger than {limit}.",
    next: "Choose the folder that holds only what is to be served.",
  },

  // release and check
  PORT_UNKNOWN: {
    status: 422,
    retry: false,
    message: "The port of {service} is not known: the image exposes {exposed}.",
    next: "Set the port in the service's settings.",
  },
  START_COMMAND_INVALID: {
    status: 422,
    retry: false,
    message: "The start command {command} cannot be split into words: {why}.",
    next: "Correct it, or wrap it as sh -c '…' when it needs a shell.",
  },
  CONTAINER_NOT_STARTED: {
    status: 422,
    retry: false,
    message: "{service} could not be started: {why}.",
    next: "Correct the start command or the image and deploy again.",
  },
  APP_EXITED: {
    status: 422,
    retry: false,
    message: "{service} exited with code {code} before it was ready.",
    next: "Look at the last lines of its log, correct the cause and deploy again.",
  },
  APP_OUT_OF_MEMORY: {
    status: 422,
    retry: false,
    message: "{service} was ended before it was ready because it used more memory than there was; each instance may have {limit}.",
    next: "Let it use less, or let it have more in its settings or the server, then deploy again.",
  },
  APP_NOT_LISTENING: {
    status: 422,
    retry: false,
    message: "{service} did not listen on port {port} within {seconds} s.",
    next: "Listen on 0.0.0.0 and the port in the PORT variable, or set the right port.",
  },
  APP_LISTENS_ON_LOOPBACK: {
    status: 422,
    retry: false,
    message: "{service} listens on {address}:{port}, where nobody outside of its container reaches it.",
    next: "Listen on 0.0.0.0; many frameworks have a setting HOST for it. Then deploy again.",
  },
  APP_LISTENS_ON_OTHER_PORT: {
    status: 422,
    retry: false,
    message: "{service} listens on {found}, not on port {port}.",
    next: "Listen on the port in the PORT variable, or set the right port in the service's settings.",
  },
  APP_LISTENS_ON_IPV6_ONLY: {
    status: 422,
    retry: false,
    message: "{service} listens on port {port} over IPv6 alone.",
    next: "Listen on 0.0.0.0, or on :: without the option that shuts IPv4 out. Then deploy again.",
  },
  APP_LISTENS_ON_UDP_ONLY: {
    status: 422,
    retry: false,
    message: "{service} listens on UDP port {port} and on no TCP port.",
    next: "Visitors come over HTTP: listen on TCP, or make it a worker.",
  },
  APP_SPEAKS_TLS: {
    status: 422,
    retry: false,
    message: "{service} speaks TLS on port {port}.",
    next: "Serve plain HTTP there: TLS ends at Caddy. Then deploy again.",
  },
  APP_SPEAKS_HTTP2_ONLY: {
    status: 422,
    retry: false,
    message: "{service} speaks HTTP/2 alone on port {port}.",
    next: "Answer HTTP/1.1 there as well, then deploy again.",
  },
  APP_NOT_HTTP: {
    status: 422,
    retry: false,
    message: "{service} does not answer with HTTP on port {port}: {said}.",
    next: "Set the port on which it serves HTTP, or correct its answer, then deploy again.",
  },
  APP_SILENT: {
    status: 422,
    retry: false,
    message: "{service} accepts connections on port {port} but did not answer GET {path} within {seconds} s.",
    next: "Look in its log for what it waits for. If it only needs longer, give the check more time or set a health path that answers sooner.",
  },
  APP_CLOSES_CONNECTIONS: {
    status: 422,
    retry: false,
    message: "{service} closed connections on port {port} without an answer for {seconds} s.",
    next: "Look in its log for the reason, and whether this is the port on which it serves HTTP.",
  },
  APP_HEADERS_TOO_LARGE: {
    status: 422,
    retry: false,
    message: "{service} answers GET {path} with more than {limit} of headers.",
    next: "Look for a cookie or a header that grows without an end, correct it and deploy again.",
  },
  APP_REDIRECTS_IN_CIRCLES: {
    status: 422,
    retry: false,
    message: "{service} redirects GET {path} in circles, over {via}.",
    next: "Correct the redirect; it often comes from an address or a scheme that the app is told in its variables.",
  },
  APP_UNSTEADY: {
    status: 422,
    retry: false,
    message: "{service} answered GET {path} and then failed to, {times} times in {seconds} s.",
    next: "Look in its log for why it comes and goes, correct the cause and deploy again.",
  },
  HEALTH_CHECK_FAILED: {
    status: 422,
    retry: false,
    message: "{service} answered {answer} on {path} for {seconds} s.",
    next: "Make the path answer {wanted}, or set another health path.",
  },

  // route
  ROUTE_NOT_CONFIRMED: {
    status: 503,
    retry: true,
    message: "Caddy did not take the route of {service} to the new release within {seconds} s.",
    next: "Look at the server's page, then deploy again. The old release keeps serving.",
  },
  CADDY_UNAVAILABLE: {
    status: 503,
    retry: true,
    message: "Caddy does not answer on this server: {why}.",
    next: "Check that nothing else holds the ports, then try again.",
  },
  PORT_IN_USE: {
    status: 503,
    retry: true,
    message: "Port {port} of this server is already in use.",
    next: "Stop the program that holds it, then try again.",
  },
} as const satisfies Record<string, ErrorEntry>;
