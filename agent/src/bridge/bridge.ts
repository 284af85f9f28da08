import http2 from "node:http2";
import { connect } from "node:net";
import { Duplex } from "node:stream";
import { SESSION_WINDOW, STREAM_WINDOW } from "../../lane/bounds.ts";
import { attendDoor, type Answer } from "./door.ts";

type Options = { socket: string; person: string | null };

/** What the far end waits for: whatever a login prints before it is not ours. Then HTTP/2 begins. */
export const MARKER = "==aeroplane-bridge==";
const STREAMS = 128;

/**
 * Carries one multiplexed connection over stdin and stdout: each CONNECT in it becomes a connection to the agent's socket.
 * What it is told on stdin it only carries; who comes was said on its command line.
 */
export async function bridge({ socket, person }: Options): Promise<void> {
  const door: Answer = person === null ? { state: "open" } : await attendDoor(socket, person, leave);
  await say(door);
  if (door.state !== "open") process.exit(1);

  const wire = Duplex.from({ readable: process.stdin, writable: process.stdout });
  const session = http2.performServerHandshake(wire, { settings: { initialWindowSize: STREAM_WINDOW, maxConcurrentStreams: STREAMS } });
  session.setLocalWindowSize(SESSION_WINDOW);
  session.on("stream", (stream, headers) => carry(stream, headers[":method"], socket, person));
  session.on("error", () => process.exit(0));
  session.on("close", () => process.exit(0));
  for (const end of [process.stdin, process.stdout]) end.on("close", () => process.exit(0)).on("error", () => process.exit(0));
}

function say(state: object): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`\n${MARKER} ${JSON.stringify(state)}\n`, () => resolve()));
}

function carry(stream: http2.ServerHttp2Stream, method: string | undefined, path: string, person: string | null): void {
  stream.on("error", () => {});
  if (method !== "CONNECT") return stream.respond({ ":status": 405 }, { endStream: true });
  const local = connect(path);
  local.on("connect", () => {
    if (stream.destroyed) return void local.destroy();
    if (person !== null) local.write(`call ${person}\n`);
    stream.respond({ ":status": 200 });
    stream.pipe(local);
    local.pipe(stream);
  });
  local.on("error", (error: NodeJS.ErrnoException) => {
    if (stream.destroyed) return;
    if (stream.headersSent) stream.close(http2.constants.NGHTTP2_CONNECT_ERROR);
    else stream.respond({ ":status": 502, "x-code": error.code ?? "" }, { endStream: true });
  });
  // Whole, not only one half: the far end must not keep for later what the agent has closed.
  local.on("close", () => stream.close());
  stream.on("close", () => local.destroy());
}

/** The access ended: the whole SSH connection goes, not only this program. What started it runs as the same login. */
function leave(): void {
  try {
    process.kill(process.ppid, "SIGTERM");
  } catch {
    // somebody else's, or gone
  }
  process.exit(0);
}
