import { released } from "./schema-released.ts";
import { volumes } from "./schema-volumes.ts";

/** Forward only: a released entry never changes, a new one is added at the end. Entry N brings the store to version N+1. */
export const migrations: readonly string[] = [
  ...released,
  `
  -- One process of a release; its row has the release's id where it was the only one.
  CREATE TABLE instance (
    id TEXT PRIMARY KEY,
    releaseId TEXT NOT NULL REFERENCES release (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    address TEXT,
    containerId TEXT,
    containerName TEXT,
    state TEXT NOT NULL,
    createdAt INTEGER NOT NULL,
    endedAt INTEGER
  ) STRICT;
  CREATE INDEX instanceOfRelease ON instance (releaseId, ordinal, id);
  CREATE INDEX instanceByContainer ON instance (containerId) WHERE containerId IS NOT NULL;
  INSERT INTO instance (id, releaseId, ordinal, address, containerId, containerName, state, createdAt)
    SELECT id, id, 1, address, containerId, containerName,
      CASE state WHEN 'preparing' THEN 'starting' WHEN 'live' THEN 'live' ELSE 'retiring' END, createdAt
    FROM release WHERE address IS NOT NULL AND state IN ('preparing', 'live', 'retiring');
  `,
  `
  -- Jobs of any kind: what they were asked, their own steps, where they go on, what they hold, what they belong to.
  ALTER TABLE job ADD COLUMN environmentId TEXT;
  ALTER TABLE job ADD COLUMN input TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE job ADD COLUMN steps TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE job ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE job ADD COLUMN checkpoint TEXT;
  -- Lives of the agent since the last checkpoint.
  ALTER TABLE job ADD COLUMN resumes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE job ADD COLUMN resumeAt INTEGER;
  ALTER TABLE job ADD COLUMN groupId TEXT;
  -- Since when it stands in the line; it goes to its end again after a pause.
  ALTER TABLE job ADD COLUMN queuedAt INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE job DROP COLUMN stepDetail;
  UPDATE job SET queuedAt = createdAt,
    environmentId = (SELECT service.environmentId FROM service WHERE service.id = job.serviceId),
    steps = coalesce((SELECT deployment.steps FROM deployment WHERE deployment.jobId = job.id), '[]'),
    warnings = coalesce((SELECT deployment.warnings FROM deployment WHERE deployment.jobId = job.id), '[]');
  CREATE INDEX jobOpen ON job (id) WHERE endedAt IS NULL;
  CREATE INDEX jobOfKind ON job (kind, id);
  CREATE INDEX jobOfService ON job (serviceId, kind, id);
  CREATE INDEX jobOfGroup ON job (groupId) WHERE groupId IS NOT NULL;

  CREATE TABLE jobClaim (
    jobId TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    resource TEXT NOT NULL,
    mode TEXT NOT NULL,
    PRIMARY KEY (jobId, resource)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE jobGroup (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    -- What a failed member means for those after it: stop or go on.
    onFailure TEXT NOT NULL,
    createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE jobAfter (
    jobId TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    afterId TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    PRIMARY KEY (jobId, afterId)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX jobBefore ON jobAfter (afterId);

  CREATE TABLE deployment3 (
    id TEXT PRIMARY KEY,
    serviceId TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
    jobId TEXT NOT NULL UNIQUE REFERENCES job (id) ON DELETE CASCADE,
    "commit" TEXT,
    image TEXT,
    releaseId TEXT
  ) STRICT;
  INSERT INTO deployment3 SELECT id, serviceId, jobId, "commit", image, releaseId FROM deployment;
  DROP TABLE deployment;
  ALTER TABLE deployment3 RENAME TO deployment;
  CREATE INDEX deploymentOfService ON deployment (serviceId, id);

  CREATE INDEX releaseOfDeployment ON release (deploymentId);
  CREATE INDEX releaseByState ON release (state, id);
  CREATE INDEX auditByJob ON audit (jobId) WHERE jobId IS NOT NULL;
  CREATE INDEX serviceOfProject ON service (projectId, id);
  CREATE INDEX idempotencyByAge ON idempotency (createdAt);
  `,
  `
  -- What a service is (its shape) and what it is made from (the source in its config) are two things. A release is what it was made as.
  ALTER TABLE service RENAME COLUMN kind TO shape;
  UPDATE service SET shape = 'web' WHERE shape IN ('git', 'image');
  ALTER TABLE release ADD COLUMN shape TEXT NOT NULL DEFAULT 'web';
  UPDATE release SET shape = coalesce((SELECT service.shape FROM service WHERE service.id = release.serviceId), 'web');
  `,
  `
  -- Since when it is to go: it stays until the last trace of it is gone.
  ALTER TABLE project ADD COLUMN deletedAt INTEGER;
  CREATE INDEX projectDeleted ON project (id) WHERE deletedAt IS NOT NULL;
  `,
  `
  -- As a project: it stays until the last trace of it is gone.
  ALTER TABLE environment ADD COLUMN deletedAt INTEGER;
  CREATE INDEX environmentDeleted ON environment (id) WHERE deletedAt IS NOT NULL;

  CREATE TABLE domain (
    id TEXT PRIMARY KEY,
    serviceId TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
    -- One hostname leads to one service, whatever its environment.
    hostname TEXT NOT NULL UNIQUE,
    -- Null: the port of its service.
    port INTEGER,
    kind TEXT NOT NULL,
    options TEXT NOT NULL DEFAULT '{}',
    createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX domainOfService ON domain (serviceId, id);
  INSERT INTO domain (id, serviceId, hostname, kind, createdAt)
    SELECT id, id, hostname, 'serve', createdAt FROM service WHERE hostname IS NOT NULL;

  -- Without the hostname, which is a domain, and without the time of the last change of variables: their digests tell.
  CREATE TABLE service7 (
    id TEXT PRIMARY KEY,
    projectId TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    environmentId TEXT NOT NULL REFERENCES environment (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    shape TEXT NOT NULL,
    config TEXT NOT NULL,
    virtualAddress TEXT UNIQUE,
    intent TEXT NOT NULL,
    intentSince INTEGER NOT NULL,
    liveReleaseId TEXT,
    liveSince INTEGER,
    createdAt INTEGER NOT NULL,
    UNIQUE (environmentId, name)
  ) STRICT;
  INSERT INTO service7 SELECT id, projectId, environmentId, name, shape, config, virtualAddress, intent, intentSince, liveReleaseId, liveSince, createdAt FROM service;
  DROP TABLE service;
  ALTER TABLE service7 RENAME TO service;
  CREATE INDEX serviceOfProject ON service (projectId, id);
  CREATE INDEX serviceOfEnvironment ON service (environmentId, id);

  -- Whose a variable is: a service's own, or an environment's for those of its services that refer to it.
  CREATE TABLE variable7 (
    scope TEXT NOT NULL,
    scopeId TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Everything sealed begins with a version, 1: nonce and secretbox.
    sealed BLOB NOT NULL,
    -- Keyed hash of scope, name and value; null: from before there were any, so the value is no template.
    digest TEXT,
    -- Names that the value refers to, as JSON.
    refers TEXT NOT NULL DEFAULT '[]',
    kind TEXT NOT NULL DEFAULT 'plain',
    updatedAt INTEGER NOT NULL,
    PRIMARY KEY (scope, scopeId, name)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO variable7 (scope, scopeId, name, sealed, updatedAt)
    SELECT 'service', serviceId, name, CAST(x'01' || sealed AS BLOB), updatedAt FROM variable;
  DROP TABLE variable;
  ALTER TABLE variable7 RENAME TO variable;
  CREATE INDEX variableUndigested ON variable (scopeId) WHERE digest IS NULL;
  CREATE TRIGGER variableOfService AFTER DELETE ON service BEGIN
    DELETE FROM variable WHERE scope = 'service' AND scopeId = OLD.id;
  END;
  CREATE TRIGGER variableOfEnvironment AFTER DELETE ON environment BEGIN
    DELETE FROM variable WHERE scope = 'environment' AND scopeId = OLD.id;
  END;

  -- What it was made with, as a keyed hash that a service's variables of now are compared with.
  ALTER TABLE release ADD COLUMN variablesDigest TEXT;
  UPDATE release SET variables = CAST(x'01' || variables AS BLOB) WHERE variables IS NOT NULL;
  `,
  `
  -- One transfer beside the calls, of one thing that does not change; gone a while after it ended or expired.
  CREATE TABLE rawTicket (
    id TEXT PRIMARY KEY,
    -- SHA-256 of the secret, which is answered and never kept.
    secretHash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    -- What it is of, as JSON.
    about TEXT NOT NULL,
    -- Who may present it.
    login TEXT,
    personId TEXT,
    -- The desktop that asked, for the audit trail.
    desktop TEXT,
    size INTEGER NOT NULL,
    createdAt INTEGER NOT NULL,
    expiresAt INTEGER NOT NULL,
    endedAt INTEGER,
    -- What came of an upload, as JSON.
    result TEXT
  ) STRICT;
  CREATE INDEX rawTicketByExpiry ON rawTicket (expiresAt);
  `,
  `
  -- Names under which we brought images that were not here before; nobody else's.
  CREATE TABLE pulledImage (
    reference TEXT PRIMARY KEY,
    -- What it named when it was brought last; null: that has not ended yet.
    imageId TEXT
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Who changed which variable when; never what it holds.
  CREATE TABLE variableChange (
    id INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    scopeId TEXT NOT NULL,
    name TEXT NOT NULL,
    act TEXT NOT NULL,
    by TEXT,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX variableChangeOfScope ON variableChange (scope, scopeId, id);
  CREATE TRIGGER variableChangeOfService AFTER DELETE ON service BEGIN
    DELETE FROM variableChange WHERE scope = 'service' AND scopeId = OLD.id;
  END;
  CREATE TRIGGER variableChangeOfEnvironment AFTER DELETE ON environment BEGIN
    DELETE FROM variableChange WHERE scope = 'environment' AND scopeId = OLD.id;
  END;
  `,
  `
  -- Edits that wait for a Deploy. The id is made anew with each edit: it is the version.
  CREATE TABLE staged (
    id TEXT PRIMARY KEY,
    environmentId TEXT NOT NULL,
    scope TEXT NOT NULL,
    scopeId TEXT NOT NULL,
    aspect TEXT NOT NULL,
    name TEXT NOT NULL,
    -- As its aspect writes it; null: removed.
    value TEXT,
    -- Of a variable, as the one of what is wanted.
    digest TEXT,
    author TEXT,
    at INTEGER NOT NULL,
    UNIQUE (scope, scopeId, aspect, name)
  ) STRICT;
  CREATE INDEX stagedOfEnvironment ON staged (environmentId, scope, scopeId);

  -- What became of the ids that went last: who reviewed one is told.
  CREATE TABLE stagedGone (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    environmentId TEXT NOT NULL,
    scope TEXT NOT NULL,
    scopeId TEXT NOT NULL,
    aspect TEXT NOT NULL,
    name TEXT NOT NULL,
    did TEXT NOT NULL,
    author TEXT,
    -- The Deploy that took it, by the id that its call makes.
    actId TEXT
  ) STRICT;
  CREATE INDEX stagedGoneOfEnvironment ON stagedGone (environmentId, number);
  CREATE INDEX stagedGoneByAct ON stagedGone (actId) WHERE actId IS NOT NULL;

  CREATE TRIGGER stagedOfService AFTER DELETE ON service BEGIN
    INSERT INTO stagedGone (id, environmentId, scope, scopeId, aspect, name, did)
      SELECT id, environmentId, scope, scopeId, aspect, name, 'serviceDeleted' FROM staged WHERE scope = 'service' AND scopeId = OLD.id;
    DELETE FROM staged WHERE scope = 'service' AND scopeId = OLD.id;
  END;
  CREATE TRIGGER stagedWithEnvironment AFTER DELETE ON environment BEGIN
    DELETE FROM staged WHERE environmentId = OLD.id;
    DELETE FROM stagedGone WHERE environmentId = OLD.id;
  END;
  `,
  `
  -- Of a rollback: the kept release that it is a copy of. It may be gone by now.
  ALTER TABLE release ADD COLUMN fromReleaseId TEXT;
  -- The release that was made first, where this is a copy: the folder of a site has its name.
  ALTER TABLE release ADD COLUMN originId TEXT;
  -- Since when no cleanup takes it.
  ALTER TABLE release ADD COLUMN pinnedAt INTEGER;
  CREATE INDEX releaseByOrigin ON release (originId) WHERE originId IS NOT NULL;
  `,
  `
  -- Records of Docker's build cache that only our builds have made and used; the cache itself tells of nobody whose it is.
  CREATE TABLE buildRecord (
    id TEXT PRIMARY KEY,
    -- How often it was used when we saw it last: whoever uses it besides makes it more.
    uses INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Of one that the agent itself has stopped, why: JSON.
  ALTER TABLE service ADD COLUMN stoppedFor TEXT;
  -- When a job asked its process to end last.
  ALTER TABLE instance ADD COLUMN askedToEndAt INTEGER;
  `,
  volumes,
];

/** So many schemas have been released: their entries are frozen, and each has its store in `fixtures/`. */
export const RELEASED = released.length;
