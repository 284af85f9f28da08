// `node scripts/freeze-contract.ts`: what the agent of this version takes and answers, kept so that later ones are held against it. A release adds one.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentContract, PROTOCOL_VERSION } from "../agent/contract/index.ts";
import { schemasOf } from "../agent/contract/released/schemas.ts";

const root = join(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(root, "agent/package.json"), "utf8")) as { version: string };
const folder = join(root, "agent/contract/released", `protocol-${PROTOCOL_VERSION}`);
mkdirSync(folder, { recursive: true });
const lines = Object.entries(schemasOf(agentContract)).map(([name, schemas]) => `${JSON.stringify(name)}: ${JSON.stringify(schemas)}`);
writeFileSync(join(folder, `${version}.json`), `{\n${lines.join(",\n")}\n}\n`);
