import { fail, type Failure } from "@aeroplane/agent/contract";

export type Login = { user: string; address: string; port: number };
export type SshError = Error & { level?: string; code?: string | number };

/** What ssh2 and the network say, as codes of the table. */
export function connectionFailure(error: SshError, { login, seconds }: { login: Login; seconds: number }): Failure {
  const { address, port } = login;
  const options = { cause: error, detail: error.message };
  if (error.level === "client-timeout") return fail("CONNECTION_TIMED_OUT", { address, port, seconds }, options);
  switch (error.code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_NODATA":
      return fail("ADDRESS_UNKNOWN", { address }, options);
    case "ECONNREFUSED":
      return fail("CONNECTION_REFUSED", { address, port }, options);
    case "ETIMEDOUT":
      return fail("CONNECTION_TIMED_OUT", { address, port, seconds }, options);
    // Said at once or after a few seconds: nobody waited for an answer.
    case "EHOSTUNREACH":
    case "EHOSTDOWN":
    case "ENETUNREACH":
    case "ENETDOWN":
    case "EADDRNOTAVAIL":
      return fail("HOST_UNREACHABLE", { address }, options);
    default:
      return fail("CONNECTION_CLOSED", { address }, options);
  }
}
