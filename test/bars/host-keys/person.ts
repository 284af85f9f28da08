// A person with a known_hosts of their own, who says yes or no to what the app shows.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, type Problem } from "../../../agent/contract/index.ts";
import type { Hop, ServerLogin } from "../../../src/contract/index.ts";
import { createKeychain } from "../../../src/desktop/keychain/keychain.ts";
import { createSsh } from "../../../src/desktop/ssh/open.ts";
import { NeedsPerson, type Question } from "../../../src/desktop/ssh/question.ts";
import type { Host } from "./host.ts";

export type Seen = { end: string; /** The sheets that were shown. */ sheets: Extract<Question, { type: "host-key" }>[]; problem: Problem | null };
export type Person = ReturnType<typeof createPerson>;

export function createPerson(folder: string, { known = [] }: { known?: string[] } = {}) {
  const home = mkdtempSync(join(folder, "person-"));
  mkdirSync(join(home, ".ssh"), { mode: 0o700 });
  const file = join(home, ".ssh", "known_hosts");
  const write = (lines: string[]) => writeFileSync(file, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  write(known);
  const ssh = createSsh({ keychain: createKeychain({ load: () => Promise.reject(new Error("none")) }), folder: join(home, "config"), home });
  const loginTo = ({ place }: Host, more: Partial<ServerLogin> = {}): ServerLogin => ({
    ...{ user: place.user, address: place.address, port: place.port, auth: { type: "key", path: place.keyPath } },
    ...{ alias: null, jumps: [], client: "built-in", door: "forwarding", ...more },
  });

  /** `says`: null where nobody may be asked. */
  async function connect(host: Host, says: boolean | null, more: Partial<ServerLogin> & { jumps?: Hop[] } = {}): Promise<Seen> {
    const sheets: Seen["sheets"] = [];
    const ask = async (question: Question) => {
      if (question.type === "host-key") sheets.push(question);
      return question.type === "host-key" ? { type: "host-key" as const, accept: says === true } : { type: "dismiss" as const };
    };
    process.env.HOME = home;
    try {
      const transport = await ssh.open({ id: "server", login: loginTo(host, more) }, { ask: says === null ? null : ask });
      transport.close();
      await transport.closed;
      return { end: "signed in", sheets, problem: null };
    } catch (error) {
      if (error instanceof Failure) return { end: error.problem.code, sheets, problem: error.problem };
      return { end: error instanceof NeedsPerson ? "needs a person" : String(error), sheets, problem: null };
    }
  }

  const forget = (host: Host, typed: string) =>
    ssh.forgetHostKey({ id: "server", login: loginTo(host) }, { address: host.place.address, typed }).then(
      ({ removed }) => `${removed.length} removed`,
      (error: unknown) => (error instanceof Failure ? error.problem.code : String(error)),
    );
  return { home, file, write, lines: () => readFileSync(file, "utf8").split("\n").filter(Boolean), connect, forget };
}
