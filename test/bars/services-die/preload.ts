// What Electron's preload and its ports are to a page, over the wire that Chromium is driven by.
import type { MessagePort } from "node:worker_threads";
import type { Page } from "playwright-core";
import { PORT_MESSAGE, SERVICES_MESSAGE } from "../../../src/contract/index.ts";
import type { Services } from "./services.ts";

type Packed = { text: string } | { bytes: string };
type InPage = {
  hostSay(id: number, packed: Packed): Promise<void>;
  hostStart(): Promise<void>;
  hostReady(): Promise<void>;
  hostPort(id: number): void;
  hostDeliver(id: number, packed: Packed): void;
  hostClose(id: number): void;
};

/** Hands the page ports of the services for as long as it stands; before its first address. */
export async function standIn(page: Page, services: Services): Promise<{ ports: () => number }> {
  const ports = new Map<number, MessagePort>();
  let given = 0;
  const inPage = (act: () => Promise<unknown>) => void act().catch(() => {});

  await page.exposeFunction("hostSay", (id: number, packed: Packed) => ports.get(id)?.postMessage(unpack(packed)));
  await page.exposeFunction("hostStart", () => services.startAgain());
  await page.exposeFunction("hostReady", () => {
    const detach = services.attach({
      port(port) {
        const id = (given += 1);
        ports.set(id, port as MessagePort);
        inPage(() => page.evaluate((id) => (globalThis as unknown as InPage).hostPort(id), id));
        ports.get(id)!.on("message", (data: unknown) => inPage(() => page.evaluate(([id, packed]) => (globalThis as unknown as InPage).hostDeliver(id, packed), [id, pack(data)] as const)));
        ports.get(id)!.on("close", () => inPage(() => page.evaluate((id) => (globalThis as unknown as InPage).hostClose(id), id)));
      },
      state: (state) => inPage(() => page.evaluate((data) => window.postMessage(data, location.origin), { type: SERVICES_MESSAGE, ...state })),
    });
    page.once("close", detach);
  });
  await page.addInitScript(inTheWindow, PORT_MESSAGE);
  return { ports: () => given };
}

/** Runs in the page, before anything of its own. */
function inTheWindow(portMessage: string): void {
  const host = globalThis as unknown as InPage;
  const ports = new Map<number, MessageChannel["port1"]>();
  const open = (packed: Packed) => ("text" in packed ? packed.text : Uint8Array.from(atob(packed.bytes), (letter) => letter.charCodeAt(0)));
  const close = (data: string | ArrayBufferView<ArrayBuffer>): Packed => {
    if (typeof data === "string") return { text: data };
    return { bytes: btoa(Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), (byte) => String.fromCharCode(byte)).join("")) };
  };
  host.hostPort = (id) => {
    const { port1, port2 } = new MessageChannel();
    ports.set(id, port1);
    port1.addEventListener("message", ({ data }) => void host.hostSay(id, close(data)));
    port1.start();
    window.postMessage(portMessage, location.origin, [port2]);
  };
  host.hostDeliver = (id, packed) => ports.get(id)?.postMessage(open(packed));
  host.hostClose = (id) => ports.get(id)?.close();
  Object.assign(window, { aeroplane: { pathOf: () => "", startServices: () => host.hostStart() } });
  window.addEventListener("DOMContentLoaded", () => void host.hostReady());
}

function pack(data: unknown): Packed {
  if (typeof data === "string") return { text: data };
  return { bytes: Buffer.from(data as Uint8Array).toString("base64") };
}

const unpack = (packed: Packed) => ("text" in packed ? packed.text : new Uint8Array(Buffer.from(packed.bytes, "base64")));
