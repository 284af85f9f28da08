import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import { createServer as createHttps } from "node:https";
import { createServer as createTcp, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { accepts, dialectOf } from "./dialect.ts";

const signal = new AbortController().signal;

async function listening(server: Server): Promise<{ address: string; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { address: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

function certificate() {
  const folder = mkdtempSync(join(tmpdir(), "dialect-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=app", "-days", "2"]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

test("TLS, also with a certificate of the client wanted, and HTTP/2 are told from everything else", async () => {
  const { key, cert } = certificate();
  const speaking = [
    createHttps({ key, cert }),
    createHttps({ key, cert, requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" }),
    createHttp2(),
    createHttp((_, response) => response.end()),
    createTcp((socket) => void socket.on("error", () => {}).end("SSH-2.0-no\r\n")),
    createTcp((socket) => void socket.on("error", () => {}).destroy()),
  ];
  const silent = await listening(createTcp((socket) => void socket.on("error", () => {})));
  const upstreams = await Promise.all(speaking.map(listening));
  // Who says something is given all the time of a busy machine.
  expect(await Promise.all(upstreams.map((upstream) => dialectOf(upstream, signal, 60_000)))).toEqual(["tls", "tls", "http2", "unknown", "unknown", "unknown"]);
  expect(await dialectOf(silent, signal)).toBe("unknown");
});

test("a port accepts, or does not", async () => {
  const server = createTcp();
  const upstream = await listening(server);
  const there = await accepts(upstream, signal);
  await new Promise((resolve) => server.close(resolve));
  expect([there, await accepts(upstream, signal)]).toEqual([true, false]);
});
