import * as z from "zod";
import { names } from "../../contract/index.ts";

/** Part of the input of a deployment's job: who asked for it, which commit where that is not to be the newest, which kept release is to come back. */
export const askedInput = { by: z.string().max(200).nullable().default(null), commit: names.commitSha.nullable().default(null), fromReleaseId: names.id.nullable().default(null) };
const input = z.object(askedInput);

/** Of what an older agent wrote down nothing is known. */
export const askedOf = (given: unknown): z.infer<typeof input> => input.safeParse(given).data ?? { by: null, commit: null, fromReleaseId: null };
