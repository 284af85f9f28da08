/** Entries of released schemas: each is frozen, and has its store in `fixtures/`. */
export const released: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE project (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    createdAt INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE environment (
    id TEXT PRIMARY KEY,
    projectId TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    subnet TEXT UNIQUE,
    createdAt INTEGER NOT NULL,
    UNIQUE (projectId, name)
  ) STRICT;

  CREATE TABLE service (
    id TEXT PRIMARY KEY,
    projectId TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    environmentId TEXT NOT NULL REFERENCES environment (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    config TEXT NOT NULL,
    hostname TEXT UNIQUE,
    virtualAddress TEXT UNIQUE,
    intent TEXT NOT NULL,
    intentSince INTEGER NOT NULL,
    liveReleaseId TEXT,
    liveSince INTEGER,
    variablesChangedAt INTEGER NOT NULL,
    createdAt INTEGER NOT NULL,
    UNIQUE (environmentId, name)
  ) STRICT;

  CREATE TABLE variable (
    serviceId TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sealed BLOB NOT NULL,
    updatedAt INTEGER NOT NULL,
    PRIMARY KEY (serviceId, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE release (
    id TEXT PRIMARY KEY,
    serviceId TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
    deploymentId TEXT NOT NULL,
    state TEXT NOT NULL,
    config TEXT NOT NULL,
    variables BLOB,
    "commit" TEXT,
    image TEXT,
    imageId TEXT,
    sitePath TEXT,
    port INTEGER,
    address TEXT,
    containerId TEXT,
    containerName TEXT,
    createdAt INTEGER NOT NULL,
    endedAt INTEGER
  ) STRICT;
  CREATE INDEX releaseOfService ON release (serviceId, id);

  CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    projectId TEXT,
    serviceId TEXT,
    deploymentId TEXT,
    state TEXT NOT NULL,
    committed INTEGER NOT NULL DEFAULT 0,
    cancelRequested INTEGER NOT NULL DEFAULT 0,
    stepDetail TEXT,
    problem TEXT,
    createdAt INTEGER NOT NULL,
    startedAt INTEGER,
    endedAt INTEGER
  ) STRICT;
  CREATE INDEX jobByState ON job (state, id);

  CREATE TABLE deployment (
    id TEXT PRIMARY KEY,
    serviceId TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
    jobId TEXT NOT NULL REFERENCES job (id),
    steps TEXT NOT NULL,
    "commit" TEXT,
    image TEXT,
    releaseId TEXT,
    warnings TEXT NOT NULL DEFAULT '[]'
  ) STRICT;
  CREATE INDEX deploymentOfService ON deployment (serviceId, id);

  CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    login TEXT,
    desktop TEXT,
    procedure TEXT NOT NULL,
    input TEXT NOT NULL,
    outcome TEXT NOT NULL
  ) STRICT;

  CREATE TABLE idempotency (
    key TEXT NOT NULL,
    login TEXT NOT NULL,
    procedure TEXT NOT NULL,
    inputHash TEXT NOT NULL,
    entityId TEXT NOT NULL,
    outcome TEXT,
    createdAt INTEGER NOT NULL,
    PRIMARY KEY (login, key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    publicKey TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    createdAt INTEGER NOT NULL,
    lastSeenAt INTEGER,
    revokedAt INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX personByKey ON person (fingerprint) WHERE revokedAt IS NULL;

  ALTER TABLE audit ADD COLUMN personId TEXT;
  ALTER TABLE audit ADD COLUMN person TEXT;
  ALTER TABLE audit ADD COLUMN fingerprint TEXT;
  -- What it was about, by its name at that time; and why it failed.
  ALTER TABLE audit ADD COLUMN subject TEXT;
  ALTER TABLE audit ADD COLUMN problem TEXT;
  -- The job that it began: what came of that is what came of the act.
  ALTER TABLE audit ADD COLUMN jobId TEXT;
  CREATE INDEX auditByLogin ON audit (login);
  CREATE INDEX auditByPerson ON audit (person) WHERE person IS NOT NULL;
  `,
];
