import { causeErrors } from "./errors/causes.ts";
import { deployErrors } from "./errors/deploy.ts";
import { imageErrors } from "./errors/image.ts";
import { doctorErrors } from "./errors/doctor.ts";
import { jobsErrors } from "./errors/jobs.ts";
import { localErrors } from "./errors/local.ts";
import { peopleErrors } from "./errors/people.ts";
import { prepareErrors } from "./errors/prepare.ts";
import { rawErrors } from "./errors/raw.ts";
import { releaseErrors } from "./errors/releases.ts";
import { requestsErrors } from "./errors/requests.ts";
import { runErrors } from "./errors/runs.ts";
import { secretsErrors } from "./errors/secrets.ts";
import { sealingErrors } from "./errors/sealing.ts";
import { serverErrors } from "./errors/server.ts";
import { volumeErrors } from "./errors/volumes.ts";
import { upgradeErrors } from "./errors/upgrade.ts";
import { sshErrors } from "./errors/ssh.ts";
import { storeErrors } from "./errors/store.ts";
import { terminalErrors } from "./errors/terminals.ts";
import { volumeFileErrors } from "./errors/volume-files.ts";

/** The one table of errors: code, sentence, what to do, may-retry. */
export const errorTable = {
  ...causeErrors,
  ...deployErrors,
  ...imageErrors,
  ...doctorErrors,
  ...jobsErrors,
  ...localErrors,
  ...peopleErrors,
  ...prepareErrors,
  ...rawErrors,
  ...releaseErrors,
  ...requestsErrors,
  ...runErrors,
  ...sealingErrors,
  ...secretsErrors,
  ...serverErrors,
  ...sshErrors,
  ...storeErrors,
  ...terminalErrors,
  ...upgradeErrors,
  ...volumeErrors,
  ...volumeFileErrors,
} as const;

export type ErrorCode = keyof typeof errorTable;

type Placeholders<S extends string> = S extends `${string}{${infer Key}}${infer Rest}`
  ? Key | Placeholders<Rest>
  : never;

/** The values that the sentence and the next step of a code need. */
export type ErrorValues<C extends ErrorCode> = Record<
  Placeholders<(typeof errorTable)[C]["message"]> | Placeholders<(typeof errorTable)[C]["next"]>,
  string | number | readonly string[]
>;
