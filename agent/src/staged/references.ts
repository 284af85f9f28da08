import { describe, fail, Failure, readWritten, SHARED, writtenAs, type Problem } from "../../contract/index.ts";
import { findService, type Db, type Scope, type ServiceRow } from "../store/index.ts";
import { circleWords, reach, type Found, type Reached } from "../variables/index.ts";

type Variable = Extract<Found, { is: "variable" }>;

/** A template as it is wanted, with a reference of it that leads to nothing. */
export type Lost = { variable: Variable; reference: string; key: string };

/** All references that lead to nothing, of its own variables and those that they lead to. */
export function lostIn(reached: Reached): Lost[] {
  return [...reached.found.values()].flatMap((one) => {
    if (one.is !== "variable") return [];
    return one.row.refers.flatMap((written) => {
      const to = readWritten(written);
      const found = reached.at(one.owner, to);
      if (found?.is !== "missing") return [];
      const text = `\${{${to.owner === SHARED ? `${SHARED}.${to.name}` : writtenAs(to)}}}`;
      return [{ variable: one, reference: one.row.kind === "plain" ? text : "something", key: `${one.key} ${written}` }];
    });
  });
}

export const lostProblem = ({ variable: { row, owner }, reference }: Lost): Problem =>
  describe("VARIABLE_REFERENCE_UNKNOWN", { variable: row.name, service: owner.name, reference });
export const circleProblem = (service: ServiceRow, circle: readonly string[]): Problem =>
  describe("VARIABLE_REFERENCE_CIRCULAR", { service: service.name, way: circleWords(circle) });

/** As it would be with all that is staged: templates that are written now refer to nothing, in a circle, or to too much. */
export function refuseBroken(db: Db, { scope, scopeId }: Scope, names: ReadonlySet<string>): void {
  const service = scope === "service" && names.size > 0 ? findService(db, scopeId) : undefined;
  if (service === undefined) return;
  const reached = reach(db, service);
  if (reached.tooMuch !== null) throw fail("VARIABLE_REFERENCE_TOO_MANY", { service: service.name, limit: reached.tooMuch });
  const lost = lostIn(reached).find(({ variable: { owner, row } }) => owner.id === service.id && names.has(row.name));
  if (lost !== undefined) throw new Failure(lostProblem(lost));
  const { circle } = reached;
  if (circle !== null && circle.some((words) => names.has(words.slice(service.name.length + 1)) && words.startsWith(`${service.name}.`))) {
    throw new Failure(circleProblem(service, circle));
  }
}
