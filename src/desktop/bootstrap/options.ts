import type { Hello, Problem } from "@aeroplane/agent/contract";
import type { PrepareStep } from "../servers/connection.ts";
import type { Ask } from "../ssh/question.ts";
import type { Transport } from "../ssh/transport.ts";
import type { AskSudo } from "./examine.ts";
import type { Resources } from "./wanted.ts";

export type PrepareOptions = {
  transport: Transport;
  address: string;
  resources: Resources;
  /** The agent's answer, or null while it does not answer. */
  hello: (signal?: AbortSignal) => Promise<Hello | null>;
  report: (steps: PrepareStep[]) => void;
  /** How that answer travels: without forwarding the bridge carries it. */
  door?: "forwarding" | "bridge";
  /** Null where nobody may be asked. */
  ask?: Ask;
  askSudo?: AskSudo;
  /** What a person should know of the agent although all is well: it is newer, or its upgrade was undone; null: nothing. */
  onNotice?: (problem: Problem | null) => void;
  /** A person wants an agent tried again that this server refused. */
  again?: boolean;
  signal?: AbortSignal;
};
