import { createServer, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { dataPaths } from "../config/paths.ts";
import { note } from "../log/note.ts";
import { listen } from "./sockets.ts";

/** So that whatever supervises it sees no clean end. */
export const NOT_KEPT = 75;

/**
 * Waits on a socket of its own, which only root can open, until it is told to stay; then `stay` makes it an agent like any
 * other. Whoever asked hears when that is done. Nobody within the time: the process ends, and the one before it comes back.
 */
export async function toldToStay(dataDir: string, seconds: number, stay: () => Promise<void>): Promise<void> {
  const told = Promise.withResolvers<void>();
  const server = createServer((asked, response) => {
    if (asked.method !== "POST" || asked.url !== "/stay") return void response.writeHead(404).end();
    clearTimeout(timer);
    stay().then(
      () => {
        response.end("stays\n");
        told.resolve();
      },
      (error: Error) => {
        response.writeHead(500).end(`${error.message}\n`);
        told.reject(error);
      },
    );
  });
  const timer = setTimeout(() => {
    note("not kept", { seconds });
    process.exit(NOT_KEPT);
  }, seconds * 1000);
  await listen(server, { path: dataPaths(dataDir).trial, login: null });
  await told.promise;
  server.close();
}

/** The other side, run by the switch once the new unit is in place; fails with what it heard. */
export async function askToStay({ dataDir, seconds }: { dataDir: string; seconds: number }): Promise<void> {
  const answer = new Promise<void>((resolve, reject) => {
    request({ socketPath: dataPaths(dataDir).trial, path: "/stay", method: "POST" }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => (response.statusCode === 200 ? resolve() : reject(new Error(text.trim()))));
    })
      .on("error", reject)
      .end();
  });
  await Promise.race([answer, sleep(seconds * 1000, undefined, { ref: false }).then(() => Promise.reject(new Error(`It did not answer within ${seconds} s`)))]);
  process.stdout.write("stays\n");
  process.exit(0);
}
