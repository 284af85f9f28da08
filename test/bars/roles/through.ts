// What a person can send through the bridge itself: other sockets, other paths, another name.
import { readFile } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { Client } from "ssh2";
import http2 from "node:http2";
import type { Key } from "./keys.ts";

export type Raw = { connect(authority?: string): Promise<Duplex>; status(method: string): Promise<number>; banner: string; close(): void; closed: Promise<void> };

/** The bridge spoken to by hand, whatever the command that is asked for. */
export async function openBridge(address: string, key: Key, command = "anything"): Promise<Raw> {
  const client = new Client();
  await new Promise<void>((resolve, reject) => {
    void readFile(key.path).then((privateKey) => client.on("ready", resolve).on("error", reject).connect({ host: address, username: "aeroplane", privateKey, readyTimeout: 60_000, hostVerifier: () => true }));
  });
  const closed = new Promise<void>((gone) => client.on("close", () => gone()));
  const channel = await new Promise<Duplex>((resolve, reject) => void client.exec(command, (error, opened) => (error ? reject(error) : resolve(opened))));
  const banner = await lineOf(channel);
  const session = banner.includes('"open"') ? http2.connect("http://bridge", { createConnection: () => channel }) : null;
  session?.on("error", () => {});
  return {
    banner,
    closed,
    connect: (authority = "agent") =>
      new Promise((resolve, reject) => {
        const stream = session!.request({ ":method": "CONNECT", ":authority": authority });
        stream.on("response", () => resolve(stream)).on("error", reject);
      }),
    status: (method) =>
      new Promise((resolve, reject) => {
        const stream = session!.request({ ":method": method, ":path": "/etc/passwd" });
        stream.on("response", (headers) => (stream.close(), resolve(Number(headers[":status"])))).on("error", reject);
      }),
    close: () => client.end(),
  };
}

/** The bridge's line, which an empty one may precede; its first frames may come with it. */
function lineOf(channel: Duplex): Promise<string> {
  return new Promise((resolve) => {
    let got = Buffer.alloc(0);
    const take = (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      const begin = got.findIndex((byte) => byte !== 10 && byte !== 13);
      const end = begin === -1 ? -1 : got.indexOf("\n", begin);
      if (end === -1) return;
      channel.off("data", take).pause();
      if (end + 1 < got.length) channel.unshift(got.subarray(end + 1));
      resolve(got.toString("utf8", begin, end).trim());
    };
    channel.on("data", take);
    channel.once("close", () => resolve(got.length === 0 ? "closed" : got.toString("utf8").trim()));
  });
}

/** One request by hand; the first line of the answer and its body. */
export function ask(stream: Duplex, text: string): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    stream.on("data", (chunk: Buffer) => (got += chunk.toString("latin1")));
    stream.on("error", () => {});
    stream.on("close", () => resolve(got));
    // One that the agent did not take may be gone already.
    if (stream.destroyed) return resolve("");
    stream.write(text);
    setTimeout(() => (stream.destroy(), resolve(got)), 60_000);
  });
}
