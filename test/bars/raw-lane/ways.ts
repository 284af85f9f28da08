// The ways that bytes go: over an SSH channel, over the bridge, and through the web host to a page.
import { request } from "node:http";
import { join } from "node:path";
import type { RawTicket } from "../../../agent/contract/index.ts";
import { OFFER_HEADER, RAW_WEB_PATH, SLICE, SLICE_HEADER, type Offer } from "../../../src/contract/index.ts";
import { createAgentClient, type AgentClient } from "../../../src/desktop/agent/client.ts";
import { overBridge } from "../../../src/desktop/ssh/bridge.ts";
import { sshTransport } from "../../../src/desktop/ssh/client.ts";
import { give, take } from "../../../src/desktop/transfers/carry.ts";
import { createOffers } from "../../../src/desktop/transfers/offers.ts";
import { createSlices } from "../../../src/desktop/transfers/slices.ts";
import { createWebHost } from "../../../src/web/host.ts";
import type { Sshd } from "../../contract/sshd.ts";
import type { BarContext } from "../frame.ts";
import { logIn } from "../near/desk.ts";

const main = join(import.meta.dirname, "../../../agent/src/main.ts");
const block = Buffer.alloc(1024 ** 2, "aeroplane");
export const source = { read: async (offset: number, most: number) => block.subarray(offset % block.length, Math.min(block.length, (offset % block.length) + most)) };

export type Way = {
  name: string;
  agent: AgentClient;
  /** All of it, whole and checked. */
  down(size: number, signal: AbortSignal, onBytes?: (done: number) => void): Promise<void>;
  up(size: number, signal: AbortSignal, onBytes?: (done: number) => void): Promise<void>;
};

export async function openWays({ cleanup }: Pick<BarContext, "cleanup">, sshd: Sshd, port: number, socket: string): Promise<Way[]> {
  const direct = sshTransport(await logIn(sshd, port), { address: "127.0.0.1" });
  const argv = [process.execPath, "--disable-warning=ExperimentalWarning", main, "bridge", "--socket", socket];
  const bridged = overBridge(sshTransport(await logIn(sshd, port), { address: "127.0.0.1" }) as never, { argv, address: "127.0.0.1", user: sshd.user });
  const through = { ssh: createAgentClient(() => direct.openSocket(socket)), bridge: createAgentClient(() => bridged.openSocket(socket)) };
  cleanup(() => {
    for (const agent of Object.values(through)) agent.close();
    direct.close();
    bridged.close();
  });
  const plain = (name: "ssh" | "bridge"): Way => ({
    name,
    agent: through[name],
    async down(size, signal, onBytes = () => {}) {
      const ticket = await through[name].client.instance.speed({ direction: "down", size });
      await take({ ...carrying(through[name], ticket, signal, onBytes), sink: { write: async () => {} } });
    },
    async up(size, signal, onBytes = () => {}) {
      const ticket = await through[name].client.instance.speed({ direction: "up", size });
      await give({ ...carrying(through[name], ticket, signal, onBytes), source });
    },
  });
  return [plain("ssh"), plain("bridge"), await webWay({ cleanup }, through.ssh)];
}

export const carrying = (agent: AgentClient, ticket: RawTicket, signal: AbortSignal, onProgress: (done: number) => void = () => {}) => ({
  reach: () => ({ agent, name: "near", back: async () => agent }),
  ticket,
  signal,
  onProgress,
  onWaiting: () => {},
});

/** As the desktop does it for a page; the page is an HTTP client. */
async function webWay({ cleanup }: Pick<BarContext, "cleanup">, agent: AgentClient): Promise<Way> {
  const offers = createOffers();
  const host = await createWebHost({ router: {}, folder: "/nowhere", transfers: { offered: offers.find } });
  cleanup(host.close);
  const ask = (offer: Offer, method: string, headers: Record<string, string | number> = {}) =>
    request({ host: "127.0.0.1", port: host.port, path: RAW_WEB_PATH + offer.id, method, headers: { host: `127.0.0.1:${host.port}`, [OFFER_HEADER]: offer.secret, ...headers } });
  return {
    name: "web host",
    agent,
    async down(size, signal, onBytes = () => {}) {
      const ticket = await agent.client.instance.speed({ direction: "down", size });
      const offer = offers.make(ticket.id, ticket, { direction: "down", run: (sink, gone) => take({ ...carrying(agent, ticket, AbortSignal.any([signal, gone])), sink }) }, () => {});
      let done = 0;
      await new Promise<void>((resolve, reject) => {
        const sent = ask(offer, "GET");
        sent.on("error", reject).on("response", (answer) => {
          answer.on("data", (chunk: Buffer) => onBytes((done += chunk.length)));
          answer.on("end", () => (done === size ? resolve() : reject(new Error(`${done} of ${size} bytes, status ${answer.statusCode}`))));
          answer.on("error", reject);
        });
        sent.end();
      });
    },
    async up(size, signal, onBytes = () => {}) {
      const ticket = await agent.client.instance.speed({ direction: "up", size });
      const slices = createSlices(size);
      const offer = offers.make(ticket.id, ticket, { direction: "up", slices }, () => {});
      const given = give({
        ...carrying(agent, ticket, signal, (done) => {
          slices.taken(done);
          onBytes(done);
        }),
        source: slices,
      });
      given.catch((error: Error) => slices.end(error));
      for (let at = 0; at < size; at += SLICE) {
        const bytes = Buffer.from(await whole(at, Math.min(SLICE, size - at)));
        await new Promise<void>((resolve, reject) => {
          const sent = ask(offer, "PUT", { [SLICE_HEADER]: at, "content-length": bytes.length });
          sent.on("error", reject).on("response", (answer) => (answer.resume(), answer.statusCode === 204 ? resolve() : reject(new Error(`A slice: ${answer.statusCode}`))));
          sent.end(bytes);
        });
      }
      await given;
    },
  };
}

async function whole(at: number, size: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let done = 0; done < size; done += parts.at(-1)!.length) parts.push(await source.read(at + done, size - done));
  return Buffer.concat(parts);
}
