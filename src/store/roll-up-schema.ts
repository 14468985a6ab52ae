/**
 * A step of the database: roll-ups, sums over builds that reports read instead of every job. They follow from
 * `counted_jobs` alone and are made anew whenever a line of it changes.
 */
export const rollUpTables = `
-- One row once the roll-ups are made: what is counted of all jobs, as JSON. They are up to date while no job is outdated.
CREATE TABLE roll_up_state (totals TEXT NOT NULL) STRICT;

-- Versions that were in use together; what is comparable with itself; what shares its load.
CREATE TABLE rolled_setups (
  id INTEGER PRIMARY KEY, buildkit TEXT, buildx TEXT, docker_server TEXT, runner_version TEXT,
  os_image TEXT, driver TEXT
) STRICT;
CREATE TABLE rolled_works (
  id INTEGER PRIMARY KEY, host TEXT NOT NULL, repository TEXT, workflow TEXT, job TEXT
) STRICT;
CREATE TABLE rolled_places (id INTEGER PRIMARY KEY, engine TEXT, machine TEXT) STRICT;

-- builds: whose logs were read; weight: how many they stand for. others: at the build's start; −1 if the engine is not
-- known, −2 if its times are not.
CREATE TABLE rolled_builds (
  repository TEXT NOT NULL, setup INTEGER NOT NULL, place INTEGER NOT NULL, first INTEGER NOT NULL,
  ownership TEXT NOT NULL, outcome TEXT NOT NULL, others INTEGER NOT NULL, builds INTEGER NOT NULL,
  weight REAL NOT NULL, minutes REAL NOT NULL, first_at TEXT, start REAL,
  PRIMARY KEY (repository, setup, place, first, ownership, outcome, others)
) STRICT, WITHOUT ROWID;

-- Minutes of first attempts, by the build's age (band), alone and beside one, two, three, and four or more others.
CREATE TABLE rolled_minutes_by_week (
  work INTEGER NOT NULL, week INTEGER NOT NULL, setup INTEGER NOT NULL, band INTEGER NOT NULL,
  alone REAL NOT NULL, beside_1 REAL NOT NULL, beside_2 REAL NOT NULL, beside_3 REAL NOT NULL,
  beside_4 REAL NOT NULL,
  PRIMARY KEY (work, week, setup, band)
) STRICT, WITHOUT ROWID;
CREATE TABLE rolled_minutes_by_engine (
  work INTEGER NOT NULL, place INTEGER NOT NULL, setup INTEGER NOT NULL, band INTEGER NOT NULL,
  alone REAL NOT NULL, beside_1 REAL NOT NULL, beside_2 REAL NOT NULL, beside_3 REAL NOT NULL,
  beside_4 REAL NOT NULL,
  PRIMARY KEY (work, place, setup, band)
) STRICT, WITHOUT ROWID;

-- First attempts in bins of equal count, in the order of time. start: minutes since 1970.
CREATE TABLE rolled_bins (
  bin INTEGER NOT NULL, setup INTEGER NOT NULL, start REAL NOT NULL, weight REAL NOT NULL,
  PRIMARY KEY (bin, setup)
) STRICT, WITHOUT ROWID;

-- Builds that were not canceled in equal spans of time. start: minutes since 1970. cause, blame: of those that failed.
CREATE TABLE rolled_spans (
  start INTEGER NOT NULL, first INTEGER NOT NULL, failed INTEGER NOT NULL, cause TEXT, blame TEXT,
  builds INTEGER NOT NULL, weight REAL NOT NULL
) STRICT;

-- Jobs that reports look at one by one: failed, run again, or named as a culprit. Times as minutes.
CREATE TABLE rolled_jobs (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, work INTEGER NOT NULL, setup INTEGER NOT NULL,
  place INTEGER NOT NULL, run_id INTEGER, attempt INTEGER, status TEXT, cause TEXT, blame TEXT,
  started_at TEXT, built INTEGER NOT NULL,
  failed INTEGER NOT NULL, canceled INTEGER NOT NULL, ownership TEXT NOT NULL,
  window_start REAL, window_end REAL, failed_at REAL, weight REAL NOT NULL,
  moment REAL, others INTEGER, band INTEGER, week INTEGER, others_at_start INTEGER,
  passed_elsewhere INTEGER NOT NULL, next_passed INTEGER, linked INTEGER NOT NULL,
  PRIMARY KEY (host, job_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rolled_jobs_by_run ON rolled_jobs (host, run_id, attempt);
`;

/** A later step: the sums that a database has lack these, and are made anew. */
export const rollUpHours = `
-- First attempts on known engines by the hour of the day, UTC, in which they started.
CREATE TABLE rolled_hours (hour INTEGER PRIMARY KEY, weight REAL NOT NULL, minutes REAL NOT NULL) STRICT;
DELETE FROM roll_up_state;
`;

/** A later step: next attempts were counted by another rule, so the sums that a database has are made anew. */
export const rollUpReruns = 'DELETE FROM roll_up_state;';

/** A later step: when builds that are alike were last seen; existing sums lack it. */
export const rollUpLastSeen = `
ALTER TABLE rolled_builds ADD COLUMN last_at TEXT;
DELETE FROM roll_up_state;
`;
