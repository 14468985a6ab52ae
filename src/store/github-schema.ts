/**
 * The second step of the database: what an ingest from GitHub has to remember to be stopped anywhere and go
 * on. `scans` tells how far the lists were read; the `_states` tell what is still to be fetched of each run,
 * attempt and log, and with which probability a log was chosen.
 */
export const githubTables = `
-- When, by the server's clock: part of the journal, not of the content.
CREATE TABLE scans (
  host TEXT NOT NULL, repository TEXT NOT NULL, repository_id INTEGER,
  begun_at TEXT, complete_at TEXT, deep_at TEXT, swept_at TEXT, covered_from TEXT,
  settled INTEGER NOT NULL DEFAULT 1,
  missing_nights INTEGER NOT NULL DEFAULT 0, missing_at TEXT, gone_at TEXT,
  PRIMARY KEY (host, repository)
) STRICT, WITHOUT ROWID;

-- state: open, closed, stuck, deleted
CREATE TABLE run_states (
  host TEXT NOT NULL, run_id INTEGER NOT NULL, repository TEXT NOT NULL, path TEXT,
  state TEXT NOT NULL, attempt INTEGER NOT NULL, created_at TEXT, updated_at TEXT,
  PRIMARY KEY (host, run_id),
  FOREIGN KEY (host, run_id) REFERENCES runs (host, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_states_open ON run_states (host, repository) WHERE state = 'open';

-- state: open, pending, complete, deleted, denied
CREATE TABLE attempt_states (
  host TEXT NOT NULL, run_id INTEGER NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, next_try TEXT, note TEXT,
  PRIMARY KEY (host, run_id, attempt),
  FOREIGN KEY (host, run_id, attempt) REFERENCES attempts (host, run_id, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_states_pending ON attempt_states (host, run_id) WHERE state = 'pending';

-- state: wanted, not-sampled, stored, copied, absent, expired, denied, too-big, failed.
-- probability: with which the log was chosen to be read; null where there was nothing to choose.
-- verified: the length of the log was announced and is right.
CREATE TABLE log_states (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, state TEXT NOT NULL, probability REAL,
  tries INTEGER NOT NULL DEFAULT 0, next_try TEXT, note TEXT, verified INTEGER,
  PRIMARY KEY (host, job_id),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX log_states_wanted ON log_states (host, job_id) WHERE state = 'wanted';

CREATE TABLE kept_logs (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
  file TEXT NOT NULL,
  PRIMARY KEY (host, job_id),
  FOREIGN KEY (host, job_id) REFERENCES jobs (host, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Public, as job_overview is: which jobs are copies of an earlier attempt's, and which logs are missing and why.
CREATE VIEW log_overview AS
SELECT j.host, j.job_id, j.repository, j.conclusion, s.state, s.state = 'copied' AS carried_over,
  s.probability, s.verified, s.tries, s.note
FROM jobs j JOIN log_states s USING (host, job_id);
`;

/** A later step: what the next ingest may ask for with a condition. */
export const githubMarks = `
-- The first page of a repository's runs as it was last answered, and to whom: part of the journal.
-- newest: the newest run on it was created then.
CREATE TABLE list_marks (
  host TEXT NOT NULL, repository TEXT NOT NULL, identity TEXT NOT NULL,
  etag TEXT, newest TEXT, has_next INTEGER NOT NULL,
  PRIMARY KEY (host, repository)
) STRICT, WITHOUT ROWID;
`;
