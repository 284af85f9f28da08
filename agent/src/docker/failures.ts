import { statfs } from "node:fs/promises";
import { fail, type Failure } from "../../contract/problem.ts";
import { reasonOf, statusOf, type Docker } from "./client.ts";

const GONE = /manifest unknown|not found|pull access denied|repository does not exist|unauthorized|denied|invalid reference/i;
const AWAY = /no such host|connection refused|i\/o timeout|dial tcp|server misbehaving|TLS|x509|timeout|EOF|connection reset|network is unreachable|no route to host/i;

export function isDiskFull(text: string): boolean {
  return /no space left on device|disk quota exceeded/i.test(text);
}

/** Free bytes in words, of the disk that holds the engine's data. */
export async function diskFull(docker: Docker, cause: unknown): Promise<Failure> {
  const path = await docker.info().then((info: { DockerRootDir?: string }) => info.DockerRootDir ?? "/", () => "/");
  const free = await statfs(path).then((disk) => disk.bavail * disk.bsize, () => null);
  return fail("DISK_FULL", { path, free: free === null ? "few bytes" : inMegabytes(free) }, { cause });
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
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
