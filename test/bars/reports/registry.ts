// A registry that is in trouble of a chosen kind: it speaks the registry's protocol and answers every image with that.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Trouble = "limited" | "limited-once" | "failing" | "other-processor";
export type Registry = { /** As it stands before a name. */ host: string; close: () => Promise<void> };

const INDEX = "application/vnd.oci.image.index.v1+json";
/** For a processor that nobody has here. */
const index = JSON.stringify({
  schemaVersion: 2,
  mediaType: INDEX,
  manifests: [{ mediaType: "application/vnd.oci.image.manifest.v1+json", digest: `sha256:${"a".repeat(64)}`, size: 2, platform: { architecture: "s390x", os: "linux" } }],
});

/** Names begin with the trouble that they meet: `HOST/limited/app:1`. */
export async function startRegistry(): Promise<Registry> {
  let first = 0;
  const server = createServer((request, response) => {
    const [, , trouble = ""] = (request.url ?? "").split("/");
    const answer = (status: number, body: object | string, type = "application/json") =>
      void response.writeHead(status, { "content-type": type, "docker-distribution-api-version": "registry/2.0" }).end(typeof body === "string" ? body : JSON.stringify(body));
    if (trouble === "") return answer(200, {});
    if (trouble === "failing") return answer(503, "<html>maintenance</html>", "text/html");
    if (trouble === "other-processor") return answer(200, index, INDEX);
    first ||= Date.now();
    if (trouble === "limited-once" && Date.now() - first > 1000) return answer(404, { errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] });
    const message = trouble === "limited-once" ? "Rate exceeded, retry-after: 1.2s, allowed: 44000/minute" : "You have reached your pull rate limit.";
    return answer(429, { errors: [{ code: "TOOMANYREQUESTS", message: `toomanyrequests: ${message}` }] });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}
