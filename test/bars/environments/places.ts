// Two projects with three environments each, the same services in all of them; each environment has a word of its own.
import type { Service } from "../../../agent/contract/index.ts";
import type { AgentProcess } from "../agent-process.ts";

export type Place = { word: string; projectId: string; environmentId: string; hostname: string; web: Service; api: Service };

const NAMES = ["production", "staging", "preview"];
/** Says its word, its variables and what it was asked for, and asks others when told to. */
const APP = `
  const { WHO, ROLE, PORT } = process.env;
  console.log("begun by " + WHO + " as " + ROLE);
  require("http").createServer(async (request, response) => {
    const url = new URL(request.url, "http://x").searchParams.get("url");
    if (url === null) return response.end(WHO + " " + ROLE);
    const answer = await fetch(url, { signal: AbortSignal.timeout(1500) }).then((one) => one.text(), (error) => "unreachable: " + (error.cause && error.cause.code || error.name));
    response.end(answer);
  }).listen(PORT);
  process.on("SIGTERM", () => process.exit(0));`.replace(/\s+/g, " ");
const config = { source: { type: "image" as const, reference: "node:24-slim" }, port: 3000, drainSeconds: 0, startCommand: `node -e '${APP.trim()}'` };

export async function raisePlaces({ client, deployed }: AgentProcess, run: string, { projects, each }: { projects: string[]; /** Environments of a project. */ each: number }): Promise<Place[]> {
  const places: Place[] = [];
  for (const project of projects) {
    const { id: projectId, environments } = await client.projects.create({ name: project });
    for (const name of NAMES.slice(0, each)) {
      const environmentId = environments.find((one) => one.name === name)?.id ?? (await client.environments.create({ projectId, name })).id;
      const word = `${project}-${name}`;
      await client.variables.change({ environmentId, serviceId: null, set: { WORD: word } });
      const hostname = `${word}.${run}.test`;
      const make = (service: string) =>
        client.services.create({
          environmentId,
          name: service,
          shape: "web",
          config,
          hostname: service === "web" ? hostname : null,
          variables: { WHO: "${{shared.WORD}}", ROLE: service, OWN: `own of ${word}` },
        });
      const [web, api] = [await make("web"), await make("api")];
      places.push({ word, projectId, environmentId, hostname, web, api });
    }
  }
  await Promise.all(
    places.flatMap(({ web, api }) => [web, api]).map(async ({ id, environmentId, name }) => {
      const { problem } = await deployed((await client.deployments.start({ environmentId, serviceId: id })).id);
      if (problem) throw new Error(`${name}: ${problem.message} ${problem.detail ?? ""}`);
    }),
  );
  return places;
}
