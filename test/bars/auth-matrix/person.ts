// One person at a computer of their own: an own home, an own agent, and what they answer.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../../agent/contract/index.ts";
import type { Answer, ServerLogin } from "../../../src/contract/index.ts";
import { createKeychain } from "../../../src/desktop/keychain/keychain.ts";
import { createSsh } from "../../../src/desktop/ssh/open.ts";
import { NeedsPerson, type Question } from "../../../src/desktop/ssh/question.ts";
import type { Transport } from "../../../src/desktop/ssh/transport.ts";

export type Answers = { password?: string[]; passphrase?: string[]; questions?: (label: string) => string; trust?: boolean };
export type Outcome = { end: string; seconds: number; asked: string[]; problem?: string };
export type Person = ReturnType<typeof createPerson>;

/** Nothing is kept on this person's computer beyond the session. */
export function createPerson(folder: string, { knownHosts = "", key, config: settings = "" }: { knownHosts?: string; key?: string; config?: string } = {}) {
  const home = mkdtempSync(join(folder, "person-"));
  mkdirSync(join(home, ".ssh"), { mode: 0o700 });
  const file = (name: string, text: string | Buffer) => writeFileSync(join(home, ".ssh", name), text, { mode: 0o600 });
  file("known_hosts", knownHosts);
  file("config", settings);
  if (key) file("id_ed25519", readFileSync(key));
  const keychain = createKeychain({ load: () => Promise.reject(new Error("none")) });
  const ssh = createSsh({ keychain, folder: join(home, "config"), home });

  async function open(id: string, login: ServerLogin, answers: Answers | null, asked: string[] = [], onAnswer = () => {}): Promise<Transport> {
    const rest = { password: [...(answers?.password ?? [])], passphrase: [...(answers?.passphrase ?? [])] };
    const answer = (question: Question): Answer => {
      onAnswer();
      if (question.type === "host-key") return { type: "host-key", accept: answers?.trust ?? true };
      asked.push(question.type === "secret" ? question.kind : question.type === "questions" ? question.fields.map(({ label }) => label.trim()).join(" · ") : question.type);
      if (question.type === "questions" && answers?.questions) return { type: "questions", values: question.fields.map(({ label }) => answers.questions!(label)) };
      const value = question.type === "secret" && (question.kind === "password" || question.kind === "passphrase") ? rest[question.kind].shift() : undefined;
      return value === undefined ? { type: "dismiss" } : { type: "secret", value, remember: false };
    };
    return ssh.open({ id, login }, { ask: answers && (async (question) => answer(question)) });
  }

  /** Signs in, runs one command to prove it, and says how it ended, and how long after the last answer. */
  async function enter(id: string, login: ServerLogin, answers: Answers | null): Promise<Outcome> {
    const asked: string[] = [];
    // A wrong answer is told some time after it, not after the first of several.
    let began = performance.now();
    const seconds = () => Math.round(performance.now() - began) / 1000;
    try {
      const transport = await open(id, login, answers, asked, () => (began = performance.now()));
      const took = seconds();
      const { stdout } = await transport.exec(["id", "-un"]);
      transport.close();
      await transport.closed;
      return { end: stdout.trim() === login.user ? "signed in" : `signed in as ${stdout.trim()}`, seconds: took, asked };
    } catch (error) {
      if (error instanceof Failure) return { end: error.problem.code, seconds: seconds(), asked, problem: error.problem.message };
      return { end: error instanceof NeedsPerson ? "needs a person" : String(error), seconds: seconds(), asked };
    }
  }

  return { home, ssh, keychain, open, enter };
}
