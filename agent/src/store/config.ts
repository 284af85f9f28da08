import { serviceConfig, type ServiceConfig } from "../../contract/index.ts";

/** A release of last year has every field that today's code asks for; a row that no longer fits is read as it stands. */
export function configOf(text: string): ServiceConfig {
  const stored = JSON.parse(text) as ServiceConfig;
  const read = serviceConfig.safeParse(stored);
  return read.success ? read.data : stored;
}
