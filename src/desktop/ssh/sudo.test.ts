import { expect, test } from "vitest";
import type { Answer, Auth } from "../../contract/index.ts";
import { createKeychain } from "../keychain/keychain.ts";
import { askSudo } from "./sudo.ts";
import { NeedsPerson, type Question } from "./question.ts";

function person(auth: Auth, answers: Answer[] | null) {
  const kept = new Map<string, string>();
  const keytar = {
    getPassword: async (_service: string, account: string) => kept.get(account) ?? null,
    setPassword: async (_service: string, account: string, password: string) => void kept.set(account, password),
    deletePassword: async (_service: string, account: string) => kept.delete(account),
    findCredentials: async () => [],
  };
  const keychain = createKeychain({ load: async () => keytar });
  const asked: Question[] = [];
  const login = { user: "deploy", address: "host.test", port: 22, auth };
  const ask = answers && (async (question: Question) => (asked.push(question), answers.shift() ?? { type: "dismiss" as const }));
  return { kept, keychain, asked, sudo: (reason: string | null) => askSudo({ account: "server:1", login, ask, keychain, reason }) };
}

const secret = (value: string, remember = false): Answer => ({ type: "secret", value, remember });

test("asked once in a session, kept beyond it only when ticked and only once it proved right", async () => {
  const one = person({ type: "agent" }, [secret("wrong", true), secret("right", true)]);
  expect((await one.sudo(null)).value).toBe("wrong");
  expect([...one.kept.values()]).toEqual([]);
  const second = await one.sudo("sudo did not take it.");
  expect([...one.kept.values()]).toEqual([]);
  await second.confirm();
  expect([...one.kept]).toEqual([["server:1:sudo", "right"]]);
  expect((await one.sudo(null)).value).toBe("right");
  expect(one.asked.map((question) => question.type === "secret" && [question.kind, question.label, question.reason])).toEqual([
    ["sudo", "Password of deploy@host.test for sudo", null],
    ["sudo", "Password of deploy@host.test for sudo", "sudo did not take it."],
  ]);

  const other = person({ type: "agent" }, [secret("right")]);
  await (await other.sudo(null)).confirm();
  expect([[...other.kept], (await other.sudo(null)).value, other.asked.length]).toEqual([[], "right", 1]);
});

test("the password that signed in is taken first, and never asked for where nobody may be asked", async () => {
  const one = person({ type: "password" }, [secret("another")]);
  await one.keychain.remember("server:1", "login", { keep: false });
  expect((await one.sudo(null)).value).toBe("login");
  expect((await one.sudo("sudo did not take it.")).value).toBe("another");
  await expect(person({ type: "agent" }, null).sudo(null)).rejects.toThrow(NeedsPerson);
  await expect(person({ type: "agent" }, []).sudo(null)).rejects.toMatchObject({ problem: { code: "CANCELLED" } });
});
