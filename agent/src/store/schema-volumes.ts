/** Volumes of ours, and what a release has mounted of them. */
export const volumes = `
-- Named volumes of services. Docker's name follows from the id, so the row goes last.
CREATE TABLE volume (
  id TEXT PRIMARY KEY,
  environmentId TEXT NOT NULL,
  -- Null: its service was deleted, and it lies in the trash.
  serviceId TEXT,
  serviceName TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  state TEXT NOT NULL,
  bytes INTEGER,
  measuredAt INTEGER,
  -- When Docker's volume was made: that is never made again.
  madeAt INTEGER,
  -- 1: what it holds was written by releases that never went live, or copied for one: it may be made anew.
  fresh INTEGER NOT NULL DEFAULT 0,
  -- Docker's name of the volume of an image whose content it has; null: none.
  takenFrom TEXT,
  createdAt INTEGER NOT NULL,
  deletedAt INTEGER
) STRICT;
CREATE INDEX volumeOfEnvironment ON volume (environmentId, id);
CREATE INDEX volumeOfService ON volume (serviceId) WHERE serviceId IS NOT NULL;
CREATE UNIQUE INDEX volumeByName ON volume (environmentId, name) WHERE state IN ('wanted', 'mounted');
CREATE INDEX volumeInTrash ON volume (deletedAt) WHERE deletedAt IS NOT NULL;
-- What its containers have mounted, as JSON.
ALTER TABLE release ADD COLUMN mounts TEXT NOT NULL DEFAULT '[]';
`;
