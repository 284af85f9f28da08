import * as z from "zod";
import { serviceConfig } from "./config.ts";
import { job } from "./jobs.ts";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { ask, deploy, deployLarge } from "./procedure.ts";
import { problem } from "./problem.ts";

/** Rows that one environment can have. */
export const MOST_STAGED = 2000;

/** A field without its default, since absent means that it stays; one that may be absent from a config takes null for that. */
type Edited<Field> = Field extends z.ZodDefault<infer Inner> ? Inner : Field extends z.ZodOptional<infer Inner extends z.ZodType> ? z.ZodNullable<Inner> : Field;
type EditedShape = { [Name in keyof typeof serviceConfig.shape]: Edited<(typeof serviceConfig.shape)[Name]> };
const edited = (field: z.ZodType) => (field instanceof z.ZodDefault ? field.unwrap() : field instanceof z.ZodOptional ? z.nullable(field.unwrap() as z.ZodType) : field);
const editedShape = Object.fromEntries(Object.entries(serviceConfig.shape).map(([field, schema]) => [field, edited(schema)])) as EditedShape;

/** Some fields of a config; one that is not known here is refused, since what is left out would be lost. */
export const settingsEdit = z.strictObject(editedShape).partial();
export type SettingsEdit = z.infer<typeof settingsEdit>;

/** An edit that waits for a Deploy. */
export const stagedRow = z.object({
  /** Made anew with each edit: it is the version. */
  id: name.id,
  environmentId: name.id,
  /** Whose; null: what the environment shares. */
  serviceId: name.id.nullable(),
  aspect: open<"variable" | "setting" | "volume">(),
  /** Of a variable its name, of a setting the field of the config, of a volume where it is mounted. */
  name: z.string(),
  /** secret: a variable that is there becomes secret, with the value that it has. */
  act: open<"set" | "removed" | "secret">(),
  /** Of a variable; null for a setting, and where it is removed. */
  kind: open<"plain" | "secret">().nullable(),
  /**
   * Of a setting its JSON, null for a field that is taken out; of a plain variable its template, for who may reveal it; of a
   * volume that is mounted `{ volumeId, name, bytes }`, where `volumeId` null is a new one. Else null.
   */
  value: z.unknown(),
  /** A person's name, or the login of an owner; null where that was not written down. */
  by: z.string().nullable(),
  at: name.timestamp,
});
export type StagedRow = z.infer<typeof stagedRow>;

/** A row beside what is wanted now. */
export const stagedDifference = stagedRow.extend({
  /** Null: there is no such variable now. `value` as in the row. */
  wanted: z.object({ kind: open<"plain" | "secret">().nullable(), value: z.unknown() }).nullable(),
});
export type StagedDifference = z.infer<typeof stagedDifference>;

/** A service to which a Deploy begins nothing, since it does not run: it is made with the rows when it is deployed next. */
export const stagedIdle = z.object({ serviceId: name.id, name: z.string(), why: open<"stopped" | "empty">() });

export const stagedReview = z.object({
  /** What is shared first, with null, then services by age; only those that have rows. */
  parts: z.array(z.object({ serviceId: name.id.nullable(), name: z.string(), rows: z.array(stagedDifference) })),
  /** What a Deploy of these rows begins, those before the ones that wait for them. */
  members: z.array(
    z.object({
      serviceId: name.id,
      name: z.string(),
      /** It has rows, or what it refers to has. */
      why: open<"rows" | "refers">(),
      /** Members that have to be live before it begins. */
      after: z.array(name.id),
    }),
  ),
  idle: z.array(stagedIdle),
  /** Services that refer to each other in a circle: this one does not wait for that one. */
  broken: z.array(z.object({ serviceId: name.id, name: z.string(), afterServiceId: name.id, afterName: z.string(), circle: z.array(z.string()) })),
  /** Why a Deploy of these rows would be refused now; none: it would not. */
  problems: z.array(problem),
});
export type StagedReview = z.infer<typeof stagedReview>;

const environmentId = name.id;
const ids = z.array(name.id).min(1).max(MOST_STAGED);
const names = z.array(name.variableName).max(500).default([]);

export const stagedProcedures = {
  /** Of an environment: what is shared first, then services by age. */
  list: ask.input(z.object({ environmentId })).output(z.array(stagedRow)),
  /** Edits of one scope, all of them or none; one that gives back what is wanted takes its row away. Answers the rows of the scope. */
  stage: deployLarge
    .input(
      z.object({
        environmentId,
        /** Null: variables that the environment shares. */
        serviceId: name.id.nullable(),
        set: name.variables.default({}),
        remove: names,
        /** Of those that are set or there: shown no more from now on. */
        secret: names,
        settings: settingsEdit.default({}),
        /** A new volume at each path, or the one whose removal is staged; without a name it has one of its service and path. */
        volumes: z.array(z.object({ path: name.mountPath, name: name.volumeName.optional() })).max(100).default([]),
        /** Paths of volumes that go to the trash at the Deploy. */
        removeVolumes: z.array(name.volumePath).max(100).default([]),
      }),
    )
    .output(z.array(stagedRow)),
  /** Those that are still there; one that was changed meanwhile has another id and stays. Answers what is left in the environment. */
  discard: deploy.input(z.object({ environmentId, ids })).output(z.array(stagedRow)),
  /** Of these rows, without them of all. Some 400 ids fit into what a call that only asks may send. */
  review: ask.input(z.object({ environmentId, ids: ids.optional() })).output(stagedReview),
  /** Exactly the rows that were reviewed become what is wanted, and one group of jobs is begun. */
  deploy: deploy
    .input(
      z.object({
        environmentId,
        ids,
        /** Paths of an image's own volumes whose data may go; without them such a service refuses. */
        discard: z.array(z.object({ serviceId: name.id, paths: z.array(name.volumePath).max(100) })).max(200).default([]),
      }),
    )
    .output(z.object({ group: z.object({ id: name.id, subject: z.string() }).nullable(), jobs: z.array(job), idle: z.array(stagedIdle) })),
};
