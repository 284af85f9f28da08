import { fail, type Failure } from "../../contract/problem.ts";
import { freeSpace } from "../host/index.ts";
import { reasonOf, statusOf, type Docker } from "./client.ts";
import { engineDir } from "./engine.ts";

const GONE = /manifest unknown|not found|pull access denied|repository does not exist|unauthorized|denied|invalid reference/i;
const AWAY = /no such host|connection refused|i\/o timeout|dial tcp|server misbehaving|TLS|x509|timeout|EOF|connection reset|network is unreachable|no route to host/i;

export function isDiskFull(text: string): boolean {
  return /no space left on device|disk quota exceeded/i.test(text);
}

/** Names the disk that holds the engine's data. */
export async function diskFull(docker: Docker, cause: unknown): Promise<Failure> {
  const path = await engineDir(docker);
  return fail("DISK_FULL", { path, free: await freeSpace(path) }, { cause });
}

/** What the engine said about a pull, as a code of the table. */
export async function pullFailure(docker: Docker, reference: string, error: unknown): Promise<unknown> {
  const text = reasonOf(error);
  if (isDiskFull(text)) return diskFull(docker, error);
  if (AWAY.test(text) && !/manifest unknown/i.test(text)) {
    return fail("REGISTRY_UNREACHABLE", { reference }, { cause: error, detail: text });
  }
  if (statusOf(error) === 404 || GONE.test(text)) return fail("IMAGE_NOT_FOUND", { reference }, { cause: error, detail: text });
  return error;
}
