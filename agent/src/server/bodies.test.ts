import { createServer, request, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LARGEST_OF_PEOPLE } from "../api/admit.ts";
import { createBodies } from "./bodies.ts";

const MiB = 1024 ** 2;
let server: Server;
let port: number;
const sockets: Socket[] = [];
beforeEach(async () => {
  const read = createBodies();
  server = createServer((asked, response) => {
    const person = asked.headers["x-person"];
    read(asked, 20 * MiB, typeof person === "string" ? person : null).then(() => response.end(), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

/** All but the end of a body: it holds its room until it is given up. */
async function begin(person: string, bytes: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.write(`POST / HTTP/1.1\r\nhost: a\r\nx-person: ${person}\r\ncontent-length: ${bytes}\r\n\r\n"`, () => resolve()));
}
const whole = (bytes: number, person?: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const headers = { "content-length": bytes, ...(person === undefined ? {} : { "x-person": person }) };
    request({ port, host: "127.0.0.1", method: "POST", headers }, (response) => resolve(response.resume().statusCode)).on("error", reject).end(`"${"x".repeat(bytes - 2)}"`);
  });

test("whatever large bodies people have begun, an owner's largest gets through", async () => {
  for (const person of ["a", "b", "c", "d", "e", "f"]) await begin(person, LARGEST_OF_PEOPLE);
  expect(await whole(20 * MiB)).toBe(200);
});

test("one person's large bodies leave room for those of another", async () => {
  for (let count = 0; count < 8; count += 1) await begin("a", LARGEST_OF_PEOPLE);
  expect(await whole(LARGEST_OF_PEOPLE, "b")).toBe(200);
});
