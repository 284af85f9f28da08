import { fail, type Failure } from "../../contract/problem.ts";
import { freeSpace } from "../host/index.ts";
import { reasonOf, statusOf, type Docker } from "./client.ts";
import { engineDir } from "./engine.ts";
import { registryFailure } from "./registry-words.ts";

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
  const told = registryFailure(text, { reference, absent: "IMAGE_NOT_FOUND", cause: error });
  return told ?? (statusOf(error) === 404 ? fail("IMAGE_NOT_FOUND", { reference }, { cause: error, detail: text }) : error);
}
