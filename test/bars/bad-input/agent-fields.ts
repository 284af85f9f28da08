// Good inputs for every procedure of the agent, and what an accepted text has to look like afterwards.
import { agentContract, names, type AgentContract, type StagedRow } from "../../../agent/contract/index.ts";
import type { ContractRouterClient } from "@orpc/contract";
import { randomBytes } from "node:crypto";
import type { Attack, Call } from "./attack.ts";
import { pathOf, type TextField } from "./fields.ts";

type Client = ContractRouterClient<AgentContract, { idempotencyKey?: string }>;

/** What the attacked calls refer to; never deployed. */
export type Targets = { projectId: string; environmentId: string; serviceId: string; siteId: string };

const unique = (word: string) => `${word}-${randomBytes(5).toString("hex")}`;
const NO_ID = "01890a5d-ac96-774b-bcce-b302099a8057";
const STREAM_MS = 150;

export function agentAttack(client: Client, targets: Targets): Pick<Attack, "contract" | "call" | "input" | "accepted"> {
  return { contract: agentContract, call: caller(client), input: (field) => goodInput(field, targets), accepted: literally(client) };
}

/** A stream is asked for its first batch, for a moment. */
function caller(client: Client): Call {
  return async (procedure, input) => {
    const target = procedure.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], client);
    const gone = new AbortController();
    const output = await (target as (given: unknown, o: object) => Promise<unknown>)(input, { signal: gone.signal });
    if (typeof output !== "object" || output === null || !(Symbol.asyncIterator in output)) return output;
    const iterator = (output as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    const timer = setTimeout(() => gone.abort(), STREAM_MS);
    try {
      return (await iterator.next()).value;
    } catch (error) {
      if (gone.signal.aborted) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
      gone.abort();
    }
  };
}

function goodInput({ procedure, shape, steps }: TextField, { projectId, environmentId, serviceId, siteId }: Targets): unknown {
  const ofSite = pathOf(steps).includes(".site.");
  const source = ofSite ? "git" : (shape.find(({ at }) => at.endsWith("source"))?.value ?? "image");
  const check = shape.find(({ at }) => at.endsWith("health"))?.value;
  const config = {
    ...(check === undefined ? {} : { health: { by: check, ...(check === "command" ? { command: "true" } : {}) } }),
    source:
      source === "git"
        ? { type: "git", url: "https://git.invalid/owner/repository", branch: "main", rootDirectory: "" }
        : { type: "image", reference: "busybox:1" },
    startCommand: null,
    site: { outputDirectory: "", buildCommand: null, buildImage: "busybox:1", cacheRules: [{ pattern: "/a", value: "no-store" }] },
  };
  const inputs: Record<string, unknown> = {
    "projects.create": { name: unique("project") },
    "projects.rename": { id: projectId, name: unique("project") },
    "projects.delete": { id: projectId, confirm: "another name" },
    "environments.create": { projectId, name: unique("e") },
    "environments.rename": { id: environmentId, name: unique("e") },
    "environments.delete": { id: environmentId, confirm: "another name" },
    "environments.list": { projectId },
    "environments.deletion": { id: environmentId },
    "services.list": { environmentId },
    "services.getMany": { environmentId, ids: [serviceId] },
    "services.meters": { environmentId, ids: [serviceId] },
    "services.create": {
      environmentId,
      name: unique("s"),
      shape: source === "git" ? "static" : "web",
      config,
      hostname: `${unique("h")}.bad-input.test`,
      variables: {},
    },
    "services.update": { id: source === "git" ? siteId : serviceId, name: unique("s"), config, hostname: `${unique("h")}.bad-input.test` },
    "services.delete": { id: serviceId, confirm: "another name" },
    "services.logs": { id: serviceId },
    "variables.list": { environmentId, serviceId },
    "variables.history": { environmentId, serviceId },
    "variables.referable": { environmentId },
    "variables.reveal": { environmentId, serviceId, name: "NAME" },
    "variables.change": { environmentId, serviceId, set: {}, remove: [] },
    "variables.upload": { environmentId, serviceId, size: 10 },
    "volumes.files": { id: NO_ID, path: "folder", after: "name" },
    "volumes.download": { id: NO_ID, path: "folder/name" },
    "volumes.upload": { id: NO_ID, path: "folder/name", size: 10 },
    "volumes.copy": { id: NO_ID, name: "copy", serviceId, path: "/copy" },
    "staged.list": { environmentId },
    "staged.stage": { environmentId, serviceId: source === "git" ? siteId : serviceId, settings: pathOf(steps).includes("settings") ? config : {} },
    "staged.discard": { environmentId, ids: [NO_ID] },
    "staged.review": { environmentId },
    "staged.deploy": { environmentId, ids: [NO_ID] },
    "volumes.list": { environmentId },
    "volumes.rename": { id: NO_ID, name: unique("v") },
    "volumes.restore": { id: NO_ID, serviceId, path: "/data" },
    "volumes.empty": { id: NO_ID, confirm: "another name" },
    "instance.change": { trustedProxies: ["192.0.2.7/32"] },
    "instance.cleanupPreview": { reach: "budgets" },
    "instance.cleanup": { items: [{ part: "leftovers", id: "nothing" }] },
    "instance.speed": { direction: "down", size: 10 },
    "services.history": { id: serviceId, filter: { text: "word" } },
    "services.download": { id: serviceId },
    "services.downloadFound": { id: serviceId, filter: { text: "word" } },
    "deployments.list": { serviceId },
    "deployments.start": { serviceId: NO_ID },
    "deployments.releases": { serviceId },
    "deployments.rollback": { serviceId, releaseId: NO_ID },
    "deployments.pin": { serviceId, releaseId: NO_ID },
    "deployments.unpin": { serviceId, releaseId: NO_ID },
    "deployments.compare": { serviceId, from: NO_ID, to: NO_ID },
    "runs.list": { serviceId },
    "runs.start": { serviceId: NO_ID, command: "true" },
    "changes.watch": {},
    "doctor.fix": { id: "names.sync" },
    "people.invite": { name: unique("person"), role: "viewer", publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl" },
    "people.changeRole": { id: NO_ID, role: "viewer" },
    "terminals.openService": { serviceId, rows: 24, columns: 80 },
    "terminals.taken": { id: NO_ID, cursor: "0" },
    "terminals.write": { id: NO_ID, writer: NO_ID, sequence: 0, data: "" },
    "terminals.resize": { id: NO_ID, rows: 24, columns: 80 },
  };
  return inputs[procedure.join(".")] ?? { id: procedure[0] === "services" ? serviceId : NO_ID };
}

const ofVariables = (path: string): boolean => /^(variables|set)\.</.test(path);

/** An accepted text stands in the answer as the contract reads it; a variable's value is what comes out again. */
function literally(client: Client): NonNullable<Attack["accepted"]> {
  return async (field, text, input, output) => {
    const name = field.procedure.join(".");
    const path = pathOf(field.steps);
    if (name === "services.create" || name === "variables.change") {
      const { environmentId } = input as { environmentId: string };
      const serviceId = name === "services.create" ? (output as { id: string }).id : (input as { serviceId: string }).serviceId;
      const variable = !ofVariables(path) ? null : path.endsWith("<value>") ? { name: "NAME", value: text } : path.endsWith("<name>") ? { name: text, value: "value" } : null;
      if (variable) {
        const { value } = await client.variables.reveal({ environmentId, serviceId, name: variable.name });
        if (value !== variable.value) return `came back as ${JSON.stringify(value?.slice(0, 60))}`;
      }
    }
    if (name === "staged.stage" && path.endsWith("<value>")) {
      const row = (output as StagedRow[]).find(({ aspect, name: of }) => aspect === "variable" && of === "NAME");
      if (row !== undefined && row.value !== text) return `is staged as ${JSON.stringify(row.value).slice(0, 60)}`;
    }
    if (name === "services.create") {
      const { id, name: confirm } = output as { id: string; name: string };
      await client.services.delete({ id, confirm });
    }
    if (!/^(projects\.(create|rename)|services\.(create|update))$/.test(name)) return null;
    if (ofVariables(path)) return null;
    // Titles and commands are trimmed, paths lose their dots, and images and hostnames are read as registries and DNS have them: the changes that the contract announces.
    const read = [names.imageReference, names.hostname].flatMap((schema) => (/(reference|buildImage|hostname)\b/.test(path) ? (schema.safeParse(text).data ?? []) : []));
    const expected = [text, text.trim(), ...read, text.split("/").filter((part) => part !== "" && part !== ".").join("/")];
    const found = JSON.stringify(output);
    return expected.some((one) => found.includes(JSON.stringify(one).slice(1, -1))) ? null : "accepted, but not as it was written";
  };
}
