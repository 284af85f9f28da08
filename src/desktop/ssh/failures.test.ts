import { expect, test } from "vitest";
import { mendedByTime } from "../servers/pace.ts";
import { connectionFailure } from "./failures.ts";

const login = { user: "root", address: "203.0.113.1", port: 22 };
const told = (code: string) => connectionFailure(Object.assign(new Error(code), { code }), { login, seconds: 20 }).problem;

test("what nobody waited for is not called a silence", () => {
  const codes = ["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "EADDRNOTAVAIL", "ETIMEDOUT"].map((code) => told(code).code);
  expect(codes).toEqual([...Array.from({ length: 5 }, () => "HOST_UNREACHABLE"), "CONNECTION_TIMED_OUT"]);
  expect([told("ENETUNREACH").message, mendedByTime(told("ENETUNREACH"))]).toEqual(["No way leads to 203.0.113.1 from this computer.", true]);
});
