// Git over HTTP: git's own http-backend behind a Node server, and Git LFS. Repositories under /private/ ask for a name and a password.
// Started as a process of its own: serve.ts FOLDER ADDRESS PORT_FILE PASSWORD_FILE
import { spawn } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerLfs } from "./lfs.ts";

const [folder = "", address = "", portFile = "", passwordFile = ""] = process.argv.slice(2);
const wanted = `Basic ${Buffer.from(`git:${readFileSync(passwordFile, "utf8")}`).toString("base64")}`;

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://git");
  if (url.pathname.startsWith("/private/") && request.headers.authorization !== wanted) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    return;
  }
  if (!answerLfs(folder, request, response, url)) backend(request, response, url);
});

function backend(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      CONTENT_LENGTH: request.headers["content-length"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "git",
      REMOTE_ADDR: request.socket.remoteAddress ?? "",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  request.pipe(child.stdin).on("error", () => {});
  response.on("close", () => child.kill());
  child.on("error", () => response.writeHead(500).end());
  forward(child.stdout, response);
}

/** A CGI answer begins with headers, of which Status is the code. */
function forward(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  let begun = false;
  output.on("data", (chunk: Buffer) => {
    if (begun) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    begun = true;
    let status = 200;
    for (const line of head.subarray(0, end).toString("latin1").split("\r\n")) {
      const [name = "", value = ""] = line.split(/:\s*(.*)/s);
      if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
      else response.appendHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
  });
  output.on("end", () => response.end());
}

server.listen(0, address, () => {
  writeFileSync(`${portFile}.half`, String((server.address() as AddressInfo).port));
  renameSync(`${portFile}.half`, portFile);
});
