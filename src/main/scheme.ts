import { protocol } from "electron";
import { readAsset } from "../web/assets.ts";
import { pageHeaders } from "../web/policy.ts";

export const SCHEME = "aeroplane";
export const ORIGIN = `${SCHEME}://app`;

/** Before the app is ready: a scheme with an origin of its own, unlike file://. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

export function serveWindow(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    const asset = url.host === "app" && request.method === "GET" ? await readAsset(folder, url.pathname) : undefined;
    if (!asset) return new Response("Not found.\n", { status: 404, headers: pageHeaders("'none'") });
    return new Response(new Uint8Array(asset.body), { headers: { ...pageHeaders("'self'"), "content-type": asset.type } });
  });
}
