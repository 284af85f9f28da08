import { all, one, run, type Db } from "./sql.ts";

export type PulledImage = { reference: string; imageId: string | null };

export const findPulledImage = (db: Db, reference: string): PulledImage | undefined => one<PulledImage>(db, "SELECT * FROM pulledImage WHERE reference = ?", reference);

export const listPulledImages = (db: Db): PulledImage[] => all<PulledImage>(db, "SELECT * FROM pulledImage ORDER BY reference");

export const putPulledImage = (db: Db, { reference, imageId }: PulledImage): number =>
  run(db, "INSERT INTO pulledImage (reference, imageId) VALUES (?, ?) ON CONFLICT DO UPDATE SET imageId = excluded.imageId", reference, imageId);

export const forgetPulledImage = (db: Db, reference: string): number => run(db, "DELETE FROM pulledImage WHERE reference = ?", reference);

/** References of images that kept releases are made from, but for one release; as people wrote them. */
export const referencesInUse = (db: Db, except: string): string[] =>
  all<{ reference: string }>(
    db,
    "SELECT DISTINCT json_extract(config, '$.source.reference') AS reference FROM release WHERE state <> 'failed' AND id <> ? AND json_extract(config, '$.source.reference') IS NOT NULL",
    except,
  ).map(({ reference }) => reference);

/** Images that kept releases are made from, but for one release. */
export const imagesInUse = (db: Db, except: string): string[] =>
  all<{ imageId: string }>(db, "SELECT DISTINCT imageId FROM release WHERE state <> 'failed' AND id <> ? AND imageId IS NOT NULL", except).map(({ imageId }) => imageId);
