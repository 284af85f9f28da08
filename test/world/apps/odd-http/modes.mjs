// The ways. Each listens, or does not, on the port it is told.
import { createSocket } from "node:dgram";
import { existsSync, readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import { createServer as createTcp } from "node:net";
import { createServer as createTls } from "node:https";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const forever = () => setInterval(() => {}, 60_000);
const tls = () => ({ key: process.env.TLS_KEY, cert: process.env.TLS_CERT });

/** What a visitor of a good release gets: its page, late when asked for, and an echo. */
async function well(request, response) {
  const url = new URL(request.url, "http://app");
  await pause(Number(url.searchParams.get("slow") ?? 0));
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  response.setHeader("x-release", process.env.AEROPLANE_RELEASE_ID ?? "none");
  response.end(url.pathname === "/echo" ? Buffer.concat(chunks) : "well\n");
}

/** An HTTP server whose page and health path answer so; it ends like a good one. */
function http(port, answer = well, host = "0.0.0.0") {
  const server = createHttp({ maxHeaderSize: 2_000_000 }, answer);
  server.keepAliveTimeout = 75_000;
  server.listen({ port, host, ipv6Only: true });
  ending(server);
  return server;
}

function ending(server) {
  process.on("SIGTERM", () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections?.();
    // Whatever is odd about it, it goes when it is told to.
    setTimeout(() => process.exit(0), 3000).unref();
  });
}

/** Takes connections; what then happens is up to `act`. */
function raw(port, act) {
  const sockets = new Set();
  const server = createTcp((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    act(socket);
  });
  server.listen(port, "0.0.0.0");
  process.on("SIGTERM", () => process.exit(0));
  return { server, sockets };
}
/** Says the same to whoever has said something. */
const says = (text, then = () => {}) => (port) => raw(port, (socket) => socket.once("data", () => socket.write(text, () => then(socket))));
const headers = (bytes) => (port) =>
  http(port, (request, response) => {
    for (let at = 0; at * 8000 < bytes; at += 1) response.setHeader(`x-large-${at}`, "x".repeat(Math.min(8000, bytes - at * 8000)));
    return well(request, response);
  });
const status = (code, more = {}) => (port) => http(port, (_, response) => response.writeHead(code, more).end());
const after = (ms, act) => async (port) => {
  await pause(ms);
  return act(port);
};
/** Accepts and keeps silent for so long, then goes on as `act`. */
const silentFor = (ms, act) => (port) => {
  const waiting = [];
  const { server } = raw(port, (socket) => waiting.push(socket));
  setTimeout(() => {
    server.close();
    for (const socket of waiting) socket.destroy();
    act(port);
  }, ms);
};
const exits = (code) => () => process.exit(code);

export const modes = {
  // good
  ok: (port) => http(port),
  "headers-20k": headers(20_000),
  "headers-900k": headers(900_000),
  "slow-root": (port) => http(port, (request, response) => pause(1500).then(() => well(request, response))),
  "slow-by-half": (() => {
    let asked = 0;
    return (port) => http(port, (request, response) => pause(asked++ % 2 === 0 ? 2900 : 8500).then(() => well(request, response)));
  })(),
  "loses-first": (() => {
    let asked = 0;
    return (port) => http(port, (request, response) => (asked++ === 0 ? undefined : well(request, response)));
  })(),
  "opens-late": after(1500, (port) => http(port)),
  "late-http": silentFor(25_000, (port) => http(port)),
  "late-http-2": silentFor(2000, (port) => http(port)),
  "not-found": status(404),
  unauthorized: status(401, { "www-authenticate": "Basic" }),
  "redirects-away": status(301, { location: "https://example.test/" }),
  "redirects-once": (port) =>
    http(port, (request, response) => (/seen=1/.test(request.headers.cookie ?? "") ? response.end("seen") : response.writeHead(302, { location: "/", "set-cookie": "seen=1" }).end())),
  "never-ends": (port) => http(port, (_, response) => void setInterval(() => response.write("more\n"), 100)),

  // listens elsewhere or not at all
  "never-listens": forever,
  "other-port": (port) => http(port + 80),
  loopback: (port) => http(port, well, "127.0.0.1"),
  "ipv6-only": (port) => http(port, well, "::"),
  "udp-only": (port) => {
    createSocket("udp4").bind(port);
  },
  "opens-too-late": after(45_000, (port) => http(port)),

  // accepts and does not answer
  silent: (port) => raw(port, () => {}),
  frozen: (port) => raw(port, () => {}).server.on("listening", () => process.kill(process.pid, "SIGSTOP")),
  "slow-beyond": (port) => http(port, () => {}),
  "half-a-header": says("HTTP/1.1 200 OK\r\nContent-Le"),
  "closes-at-once": (port) => raw(port, (socket) => socket.destroy()),
  "closes-when-asked": (port) => raw(port, (socket) => socket.once("data", () => socket.resetAndDestroy())),
  "cut-header": says("HTTP/1.1 200 OK\r\nContent-Le", (socket) => socket.end()),

  // answers something else
  tls: (port) => ending(createTls(tls(), well).listen(port, "0.0.0.0")),
  "tls-polite": (port) => {
    const inner = createTls(tls(), well);
    raw(port, (socket) =>
      socket.once("data", (first) => {
        if (first[0] !== 0x16) return socket.end("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
        socket.pause();
        socket.unshift(first);
        inner.emit("connection", socket);
      }),
    );
  },
  "http2-only": (port) => ending(createHttp2(well).listen(port, "0.0.0.0")),
  garbage: says(Buffer.from(Array.from({ length: 200 }, (_, at) => (at * 73) % 256))),
  banner: says("SSH-2.0-OpenSSH_9.6\r\n"),
  "http-0.9": says("<html>well</html>\n", (socket) => socket.end()),
  "wrong-status-line": says("HTTP/1.1 OK 200\r\nContent-Length: 0\r\n\r\n"),
  "switches-unasked": says("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"),
  "headers-2m": headers(2_000_000),
  circle: status(302, { location: "/" }),
  "circle-of-two": (port) => http(port, ({ url }, response) => response.writeHead(302, { location: url === "/a" ? "/" : "/a" }).end()),
  "answers-500": status(500),
  "answers-404": status(404),
  "health-circle": (port) => http(port, (_, response) => response.writeHead(302, { location: "/health" }).end()),

  // comes and goes
  "opens-and-closes": (port) => {
    const open = () => {
      const server = createHttp(well).listen(port, "0.0.0.0");
      setTimeout(() => {
        server.close();
        server.closeAllConnections();
        setTimeout(open, 600);
      }, 400);
    };
    open();
    process.on("SIGTERM", () => process.exit(0));
  },
  "well-and-500": (port) => {
    let asked = 0;
    http(port, (request, response) => (asked++ % 2 === 0 ? well(request, response) : response.writeHead(500).end()));
  },

  // ends
  "exits-at-once": exits(3),
  "exits-with-0": exits(0),
  "exits-after-1": silentFor(1000, exits(1)),
  "exits-after-5": silentFor(5000, exits(1)),
  "exits-after-20": silentFor(20_000, exits(1)),
  "dies-young": (port) => {
    http(port);
    setTimeout(() => process.exit(4), 1000);
  },
  "crashes-when-asked": (port) => http(port, () => process.exit(5)),
  "memory-hog": async () => {
    const file = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].find(existsSync);
    // Only where somebody has limited it: this machine is not to suffer. No limit is "max" or a number beyond all memory.
    while (!(Number(readFileSync(file, "utf8")) < 1e9)) await pause(50);
    const kept = [];
    for (;;) kept.push(Buffer.alloc(4_000_000, 1));
  },
};
