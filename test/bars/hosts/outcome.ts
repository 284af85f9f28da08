// What an answer of the edge is, told from the answer alone.
import { homedir } from "node:os";
import { MARK, type Echo, type Standing } from "./services.ts";
import type { Answer } from "./wire.ts";

/** A service's name, `unknown`, `refused`, `server` for an answer about no host, or what else it is. */
export function outcomeOf(answer: Answer | null): string {
  if (answer === null) return "closed";
  const { status, headers, body } = answer;
  const echo = echoIn(answer);
  if (echo !== null) return echo.service;
  // A redirect, or what a site refuses; an app's own word for it is not let through.
  const release = /^release-of-(.+)$/.exec(headers.get("x-aeroplane-release") ?? "")?.[1];
  if (release !== undefined && status >= 300 && status < 500) return release;
  if (body.includes(`${MARK} `)) return body.slice(body.indexOf(MARK) + MARK.length + 1).split(/[^a-z0-9-]/)[0]!;
  if (status === 404 && body.includes("No site is published under this address.")) return "unknown";
  if ([400, 405, 414, 431].includes(status)) return "refused";
  if (status === 200 && body === "") return "server";
  return `status ${status}`;
}

export function echoIn({ body }: Answer): Echo | null {
  const [from, to] = [body.indexOf("{"), body.lastIndexOf("}")];
  if (from === -1 || !body.includes(`"mark":"${MARK}"`)) return null;
  return JSON.parse(body.slice(from, to + 1)) as Echo;
}

export const valuesOf = (echo: Echo, name: string): string[] => echo.fields.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);

/** What must not be in any answer, whoever gave it, and what must be in one of a release. */
export function troubleIn(answer: Answer | null, outcome: string, { releases }: Standing, secret: string): string[] {
  if (answer === null) return [];
  const trouble: string[] = [];
  const { headers, body, status } = answer;
  const text = [...headers.values()].join("\n") + body;
  for (const told of [secret, "root:x:", "root:*:"]) if (text.includes(told)) trouble.push(`told ${told}`);
  // Of a site or a page of ours; an app tells the fields that it was sent.
  if (echoIn(answer) === null && text.includes(homedir())) trouble.push(`told ${homedir()}`);
  if (status >= 500) trouble.push(`answered ${status}`);
  const ours = [...headers.keys()].filter((name) => name.startsWith("x-aeroplane-") && name !== "x-aeroplane-release");
  if (ours.length > 0) trouble.push(`answered with ${ours.join(", ")}`);
  const release = headers.get("x-aeroplane-release");
  if (release !== releases.get(outcome)) trouble.push(`named the release ${release}`);
  const echo = echoIn(answer);
  if (echo === null) return trouble;
  if (valuesOf(echo, "host").length !== 1) trouble.push(`the app got ${valuesOf(echo, "host").length} hosts`);
  if (valuesOf(echo, "x-forwarded-for").join() !== "127.0.0.1") trouble.push(`the app was told it is for ${valuesOf(echo, "x-forwarded-for").join()}`);
  if (valuesOf(echo, "x-forwarded-proto").join() !== "http") trouble.push(`the app was told it came by ${valuesOf(echo, "x-forwarded-proto").join()}`);
  // The host that was asked for, not one that a field of the client's claims.
  if (valuesOf(echo, "x-forwarded-host").length !== 1) trouble.push(`the app was told of ${valuesOf(echo, "x-forwarded-host").length} forwarded hosts`);
  else if (valuesOf(echo, "x-forwarded-host")[0] !== valuesOf(echo, "host")[0]) trouble.push(`the app was told it came to ${valuesOf(echo, "x-forwarded-host")[0]}`);
  return trouble;
}
