import type { Doctor } from "../../api/needs.ts";
import type { DoctorDeps } from "./deps.ts";

/** Asked rarely: its rooms are loaded with the first question, so that an idle agent does not carry them. */
export function createDoctor(deps: DoctorDeps): Doctor {
  let opened: Promise<Doctor> | undefined;
  const open = () => (opened ??= import("./index.ts").then(({ openDoctor }) => openDoctor(deps)));
  return {
    check: async (desktopTime, signal) => (await open()).check(desktopTime, signal),
    fix: async (id) => (await open()).fix(id),
  };
}
