import { constants, open, type FileHandle } from "node:fs/promises";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** What stands at that path, by its open handle: a link in its place is refused by the kernel, and nothing is waited for. */
export async function byHandle<T>(path: Buffer, act: (handle: FileHandle) => Promise<T>, flags = 0): Promise<T> {
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | flags);
  try {
    return await act(handle);
  } finally {
    await handle.close();
  }
}
