import type { Base, Rooms } from "./base.ts";

export function doctorHandlers(base: Base, { doctor }: Rooms) {
  return {
    check: base.doctor.check.handler(({ input, signal }) => doctor.check(input.desktopTime, signal)),
    fix: base.doctor.fix.handler(({ input }) => doctor.fix(input.id)),
  };
}
