/**
 * The database's shape, as numbered steps. A step that has been released is never edited: a change is a
 * new step. `PRAGMA user_version` holds how many have been applied.
 */
import { countedStep } from './counted-schema.ts';
import { githubMarks, githubTables } from './github-schema.ts';
import { rollUpHours, rollUpLastSeen, rollUpReruns, rollUpTables } from './roll-up-schema.ts';

/** Tables: every key holds the GitHub host. Times are ISO text as read, UTC. */
const tables = `
CREATE TABLE repositories (
  host TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (host, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  host TEXT NOT NULL, run_id INTEGER NOT NULL, repository TEXT, workflow TEXT, event TEXT,
  head_branch TEXT,
  PRIMARY KEY (host, run_id),
  FOREIGN KEY (host, repository) REFERENCES repositories (host, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  host TEXT NOT NULL, run_id INTEGER NOT NULL, attempt INTEGER NOT NULL, head_sha TEXT, status TEXT,
  conclusion TEXT, created_at TEXT, started_at TEXT, updated_at TEXT,
  PRIMARY KEY (host, run_id, attempt),
  FOREIGN KEY (host, run_id) REFERENCES runs (host, run_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, repository TEXT, run_id INTEGER, attempt INTEGER,
  workflow TEXT, name TEXT, head_branch TEXT, head_sha TEXT, status TEXT, conclusion TEXT,
  started_at TEXT, completed_at TEXT, runner_name TEXT, runner_group TEXT, labels TEXT NOT NULL,
  url TEXT,
  PRIMARY KEY (host, job_id),
  FOREIGN KEY (host, run_id, attempt) REFERENCES attempts (host, run_id, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_attempt ON jobs (host, run_id, attempt);

CREATE TABLE steps (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
  status TEXT, conclusion TEXT, started_at TEXT, completed_at TEXT,
  PRIMARY KEY (host, job_id, number),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What one reading of the job's log gave. machine: the host's name; engine_id: the Docker daemon's own id.
CREATE TABLE logs (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL, lines INTEGER NOT NULL, first_at TEXT, last_at TEXT,
  ended INTEGER NOT NULL, machine TEXT, engine_id TEXT,
  builder_used TEXT, builder_used_seen INTEGER NOT NULL, driver TEXT,
  foreign_builder INTEGER NOT NULL, pointer_reset INTEGER NOT NULL,
  PRIMARY KEY (host, job_id),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX logs_by_digest ON logs (sha256);

CREATE TABLE builds (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, line INTEGER NOT NULL, step INTEGER NOT NULL,
  started_at TEXT, ended_at TEXT, builder TEXT, driver TEXT,
  error_line INTEGER, error_at TEXT, error TEXT,
  PRIMARY KEY (host, job_id, line),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, name TEXT NOT NULL, line INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (host, job_id, name, line, value),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE builder_events (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, line INTEGER NOT NULL, event TEXT NOT NULL,
  name TEXT NOT NULL, at TEXT, driver TEXT, explicit INTEGER NOT NULL, buildkit TEXT,
  text TEXT NOT NULL,
  PRIMARY KEY (host, job_id, line, event, name),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX builder_events_by_name ON builder_events (name, event);

CREATE TABLE occurrences (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, line INTEGER NOT NULL, signature TEXT NOT NULL,
  byte_offset INTEGER NOT NULL, at TEXT, position TEXT NOT NULL, step INTEGER NOT NULL,
  build INTEGER NOT NULL, vertex INTEGER, text TEXT NOT NULL, captures TEXT NOT NULL,
  healed INTEGER NOT NULL, repeats INTEGER NOT NULL,
  PRIMARY KEY (host, job_id, line, signature),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX occurrences_by_signature ON occurrences (signature);

-- cause is what is concluded in the end; the log_ columns are what the job's own log alone says.
CREATE TABLE verdicts (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, status TEXT NOT NULL, cause TEXT, blame TEXT,
  confidence TEXT, reason TEXT NOT NULL, log_status TEXT NOT NULL, log_cause TEXT, log_blame TEXT,
  log_confidence TEXT, log_reason TEXT NOT NULL, evidence TEXT NOT NULL, primary_error TEXT,
  fingerprint TEXT, template TEXT,
  failed_at TEXT, failed_line INTEGER, patterns TEXT NOT NULL,
  PRIMARY KEY (host, job_id),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_by_cause ON verdicts (cause);
CREATE INDEX verdicts_by_fingerprint ON verdicts (fingerprint) WHERE fingerprint IS NOT NULL;

CREATE TABLE collisions (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, kind TEXT NOT NULL, culprit_host TEXT,
  culprit_job_id INTEGER, builder TEXT, removed_at TEXT, removed_line INTEGER, failed_at TEXT,
  failed_line INTEGER, delay_s REAL, strength TEXT NOT NULL, cause TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (host, job_id),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The journal: what was done when. Not part of the content: two ways to the same content differ here.
CREATE TABLE ingests (
  id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT NOT NULL, command TEXT NOT NULL,
  jobs_added INTEGER NOT NULL, jobs_changed INTEGER NOT NULL, jobs_unchanged INTEGER NOT NULL
) STRICT;

CREATE TABLE notices (
  ingest_id INTEGER NOT NULL REFERENCES ingests (id) ON DELETE CASCADE, number INTEGER NOT NULL,
  source TEXT NOT NULL, message TEXT NOT NULL,
  PRIMARY KEY (ingest_id, number)
) STRICT, WITHOUT ROWID;
`;

/** Views: the public face of the database for sqlite3 and Datasette; their names and columns are kept. */
const views = `
CREATE VIEW job_facts AS
SELECT host, job_id,
  max(CASE name WHEN 'job-name' THEN value END) AS job_name,
  max(CASE name WHEN 'runner-name' THEN value END) AS runner_name,
  max(CASE name WHEN 'runner-group' THEN value END) AS runner_group,
  max(CASE name WHEN 'runner-version' THEN value END) AS runner_version,
  max(CASE name WHEN 'machine-name' THEN value END) AS machine_name,
  max(CASE name WHEN 'os-image' THEN value END) AS os_image,
  max(CASE name WHEN 'docker-client' THEN value END) AS docker_client,
  max(CASE name WHEN 'docker-server' THEN value END) AS docker_server,
  max(CASE name WHEN 'buildx' THEN value END) AS buildx,
  max(CASE name WHEN 'buildkit' THEN value END) AS buildkit
FROM facts GROUP BY host, job_id;

-- buildkit: of the builder that was used; where the job's log does not tell, from the job that created it.
CREATE VIEW job_overview AS
SELECT j.host, j.job_id, j.repository, j.run_id, j.attempt, j.workflow,
  coalesce(j.name, f.job_name) AS job, j.conclusion,
  coalesce(j.started_at, l.first_at) AS started_at,
  coalesce(j.completed_at, l.last_at) AS completed_at,
  coalesce(j.runner_name, f.runner_name) AS runner, l.machine, l.engine_id,
  f.runner_version, f.os_image, f.docker_client, f.docker_server, f.buildx,
  coalesce(f.buildkit, (
    SELECT max(e.buildkit) FROM builder_events e
    WHERE e.name = l.builder_used AND e.event = 'created')) AS buildkit,
  l.driver, l.builder_used, l.foreign_builder, l.pointer_reset,
  EXISTS (SELECT 1 FROM builds b WHERE b.host = j.host AND b.job_id = j.job_id) AS built,
  v.status, v.cause, v.blame, v.confidence, v.reason, v.log_status, v.log_cause,
  c.culprit_job_id, c.delay_s, l.source AS log_source, j.url
FROM jobs j
LEFT JOIN logs l USING (host, job_id)
LEFT JOIN job_facts f USING (host, job_id)
LEFT JOIN verdicts v USING (host, job_id)
LEFT JOIN collisions c USING (host, job_id);

CREATE VIEW collision_overview AS
SELECT c.host, c.job_id AS victim_job_id, v.job AS victim, c.culprit_job_id, k.job AS culprit,
  v.machine, c.kind, c.builder, c.removed_at, c.failed_at, c.delay_s, c.strength, c.cause, c.reason
FROM collisions c
JOIN job_overview v ON v.host = c.host AND v.job_id = c.job_id
LEFT JOIN job_overview k ON k.host = c.culprit_host AND k.job_id = c.culprit_job_id;
`;

export const migrations: readonly string[] = [
  tables + views,
  githubTables,
  githubMarks,
  countedStep + rollUpTables,
  rollUpHours,
  rollUpReruns,
  rollUpLastSeen,
];
