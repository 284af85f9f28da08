// Many who begin a body and never end it, as one person who may only look.
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { RAW_PATH, TICKET_HEADER } from "../../../agent/contract/index.ts";
import type { ViewerAgent } from "./viewer.ts";

export const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;

/** As much as the agent lets in of each of them, and then silence; MB before and at the worst. */
export async function halfOpen({ child, socket, viewer }: ViewerAgent, count: number): Promise<{ before: number; worst: number; answers: Record<string, number> }> {
  await viewer.client.projects.list({});
  const before = residentMb(child.pid!);
  const ticket = await viewer.client.instance.speed({ direction: "up", size: 1024 ** 3 });
  const sockets: Socket[] = [];
  const answers: Record<string, number> = {};
  const filler = Buffer.alloc(256 * 1024, "x");
  const paths = ["/rpc/variables/change", "/rpc/services/create", "/rpc/services/list", `${RAW_PATH}${ticket.id}`];
  for (let one = 0; one < count; one += 1) {
    const path = paths[one % paths.length]!;
    const lane = path.startsWith(RAW_PATH);
    const told = path.endsWith("list") ? 16 * 1024 : 20 * 1024 ** 2;
    const open = connect(socket);
    open.on("error", () => {});
    open.once("data", (answer) => {
      const status = answer.toString().split(" ")[1] ?? "?";
      answers[status] = (answers[status] ?? 0) + 1;
    });
    open.write(lane ? `PUT ${path} HTTP/1.1\r\nhost: agent\r\n${TICKET_HEADER}: ${ticket.secret}\r\ntransfer-encoding: chunked\r\n\r\n40000\r\n` : `POST ${path} HTTP/1.1\r\nhost: agent\r\ncontent-type: application/json\r\ncontent-length: ${told}\r\n\r\n`);
    open.write(filler.subarray(0, lane ? filler.length - 1 : Math.min(filler.length, told - 1)));
    sockets.push(open);
  }
  let worst = before;
  for (let look = 0; look < 30; look += 1) {
    worst = Math.max(worst, residentMb(child.pid!));
    await pause(100);
  }
  await viewer.client.projects.list({});
  for (const open of sockets) open.destroy();
  return { before, worst, answers };
}
