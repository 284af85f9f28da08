// Many visitors who come at once, in a few processes of their own: each request on a new connection, none ever repeated.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { BarContext } from "../frame.ts";
import type { Answered, VisitPlan } from "./visitor.ts";

export type Visit = {
  /** All have been sent whole to Caddy. */
  sent: Promise<void>;
  answers: Promise<Answered[]>;
};

const PROCESSES = 3;

export function visit({ cleanup }: BarContext, plan: Omit<VisitPlan, "prefix">): Visit {
  const each = Array.from({ length: PROCESSES }, (_, at) => {
    const count = Math.floor(((at + 1) * plan.count) / PROCESSES) - Math.floor((at * plan.count) / PROCESSES);
    const one: VisitPlan = { ...plan, count, prefix: `visitor-${at}` };
    const child = fork(join(import.meta.dirname, "visitor.ts"), [JSON.stringify(one)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    cleanup(() => void child.kill("SIGKILL"));
    // Not its exit: that may be heard of before its last word.
    const ended = once(child, "disconnect").then(() => Promise.reject(new Error("a visitor ended before it was answered")));
    ended.catch(() => {});
    const sent = Promise.race([once(child, "message"), ended]);
    const answers = sent.then(() => Promise.race([once(child, "message"), ended])).then(([said]) => said as Answered[]);
    answers.catch(() => {});
    return { sent, answers };
  });
  return { sent: Promise.all(each.map(({ sent }) => sent)).then(() => {}), answers: Promise.all(each.map(({ answers }) => answers)).then((all) => all.flat()) };
}
