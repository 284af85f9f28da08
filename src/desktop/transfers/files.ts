import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { Failure, toProblem } from "@aeroplane/agent/contract";
import type { Sink, Source } from "@aeroplane/agent/lane";

/** What is wrong with a file of this computer, no other connection mends. */
async function local<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(toProblem(error), { cause: error });
  }
}

/** A file that is there only when it is whole; until then what has come lies beside it, under a name of its own. */
export async function fileSink(path: string): Promise<Sink & { keep(): Promise<void>; drop(): Promise<void> }> {
  const half = `${path}.${randomUUID().slice(0, 8)}.part`;
  const file = await local(() => open(half, "wx", 0o600));
  return {
    write: (chunk, at) =>
      local(async () => {
        // A disk that is nearly full takes a part of it.
        for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
      }),
    keep: () =>
      local(async () => {
        await file.sync();
        await file.close();
        await rename(half, path);
      }),
    async drop() {
      await file.close().catch(() => {});
      await rm(half, { force: true });
    },
  };
}

export async function fileSource(path: string): Promise<Source & { size: number; close(): Promise<void> }> {
  const { size } = await local(() => stat(path));
  const file = await local(() => open(path, "r"));
  return {
    size,
    read: (offset, most) =>
      local(async () => {
        const chunk = Buffer.allocUnsafe(most);
        const { bytesRead } = await file.read(chunk, 0, most, offset);
        if (bytesRead === 0) throw new Error(`${path} became shorter while it was sent`);
        return chunk.subarray(0, bytesRead);
      }),
    close: () => file.close(),
  };
}
