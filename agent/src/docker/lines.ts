import { StringDecoder } from "node:string_decoder";

/** JSON documents, one a line, as the engine streams them; ends when the stream does, throws when the signal fires. */
export async function* jsonLines<T>(stream: NodeJS.ReadableStream, signal?: AbortSignal): AsyncGenerator<T> {
  const decoder = new StringDecoder("utf8");
  const stop = () => (stream as NodeJS.ReadableStream & { destroy(error?: Error): void }).destroy();
  signal?.addEventListener("abort", stop, { once: true });
  let rest = "";
  try {
    for await (const chunk of stream) {
      rest += decoder.write(chunk as Buffer);
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as T;
    }
    if (rest.trim() !== "") yield JSON.parse(rest) as T;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
  signal?.throwIfAborted();
}
