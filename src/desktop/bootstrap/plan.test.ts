import { expect, test } from "vitest";
import { NODE_WORDS } from "./node-words.ts";
import { unitTexts, type WantedPart } from "./plan.ts";

const parts = (["node", "agent", "caddy", "buildx"] as const).map(
  (name, index): WantedPart => ({ name, file: name === "agent" ? "agent.mjs" : name, version: `1.${index}`, sha256: String(index).repeat(64), path: "/x" }),
);
const templates = { agent: "ExecStart=@COMMAND@", caddy: "@DATA@/launch", supervisor: "@RUN@/lock: @COMMAND@" };

test("a second login gets a socket beside the first one's", () => {
  const first = unitTexts(templates, parts, { login: "deploy", agentUnit: "", systemd: true });
  const second = unitTexts(templates, parts, { login: "root", agentUnit: first.agent, systemd: true });
  expect(second.agent).toContain("--socket /run/aeroplane/deploy.sock:deploy --socket /run/aeroplane/root.sock:root ");
  expect(unitTexts(templates, parts, { login: "root", agentUnit: second.agent, systemd: true })).toEqual(second);
});

test("without systemd a script starts the agent, which keeps Caddy itself and says that it does not start at boot", () => {
  const { agent, caddy } = unitTexts(templates, parts, { login: "root", agentUnit: "", systemd: false });
  expect({ caddy, start: agent.split(" ")[0], options: agent.split(" ").filter((word) => word.startsWith("--")) }).toEqual({
    caddy: "",
    start: "/run/aeroplane/lock:",
    options: [...NODE_WORDS, "--data-dir", "--socket", "--caddy", "--buildx", "--people", "--bridge"],
  });
});
