/**
 * A step of the database: `counted_jobs`, one line of plain numbers for each job, all that sums are made of. A job's line
 * is made anew when something that it rests on is written, so that an ingest costs what it changed.
 */

/** Values by their numbers, and the jobs that have them. No other table is needed to sum up. */
export const countedTables = `
-- Versions that were in use together; what is comparable with itself; what shares its load.
CREATE TABLE counted_setups (
  id INTEGER PRIMARY KEY, buildkit TEXT, buildx TEXT, docker_server TEXT, runner_version TEXT,
  os_image TEXT, driver TEXT
) STRICT;
CREATE INDEX counted_setups_by_value
  ON counted_setups (buildkit, buildx, docker_server, runner_version, os_image, driver);
CREATE TABLE counted_works (
  id INTEGER PRIMARY KEY, host TEXT NOT NULL, repository TEXT, workflow TEXT, job TEXT
) STRICT;
CREATE INDEX counted_works_by_value ON counted_works (host, repository, workflow, job);
CREATE TABLE counted_places (id INTEGER PRIMARY KEY, engine TEXT, machine TEXT) STRICT;
CREATE INDEX counted_places_by_value ON counted_places (engine, machine);

-- Kept by place: the load of an engine is counted from its jobs alone. window_start, window_end, failed_at: minutes
-- since 1970. timed: the window is the build's own. copied: a partial re-run's copy of an earlier attempt's job.
-- pruned: nothing else is left of the job.
CREATE TABLE counted_jobs (
  place INTEGER NOT NULL, host TEXT NOT NULL, job_id INTEGER NOT NULL, work INTEGER NOT NULL,
  setup INTEGER NOT NULL, run_id INTEGER, attempt INTEGER, status TEXT, cause TEXT, blame TEXT,
  started_at TEXT, completed_at TEXT, built INTEGER NOT NULL, failed INTEGER NOT NULL,
  canceled INTEGER NOT NULL, copied INTEGER NOT NULL, ownership TEXT NOT NULL, weight REAL NOT NULL,
  window_start REAL, window_end REAL, timed INTEGER NOT NULL, failed_at REAL, commit_sha TEXT,
  pruned INTEGER NOT NULL,
  PRIMARY KEY (place, host, job_id), UNIQUE (host, job_id)
) STRICT, WITHOUT ROWID;
`;

/** What a line rests on, as the triggers see it: a change of anything else outdates nothing. */
const changes = {
  jobs: [
    'repository',
    'run_id',
    'attempt',
    'workflow',
    'name',
    'head_sha',
    'conclusion',
    'started_at',
    'completed_at',
    'runner_name',
  ],
  verdicts: ['status', 'cause', 'blame', 'failed_at'],
  log_states: ['state', 'probability'],
} as const;

function marks(table: string, row: 'old' | 'new'): string {
  // `OR IGNORE` would give way to what the writing statement says of conflicts.
  const self = `INSERT INTO outdated_jobs VALUES (${row}.host, ${row}.job_id) ON CONFLICT DO NOTHING;`;
  if (table !== 'jobs') return self;
  // Which later attempts are copies depends on the earlier ones.
  return `${self}
  INSERT INTO outdated_jobs SELECT host, job_id FROM jobs
    WHERE host = ${row}.host AND run_id = ${row}.run_id AND attempt > ${row}.attempt
    ON CONFLICT DO NOTHING;`;
}

function triggersOf(table: string, columns: readonly string[]): string {
  const differs = columns.map((column) => `old.${column} IS NOT new.${column}`).join(' OR ');
  return `
CREATE TRIGGER outdated_${table}_new AFTER INSERT ON ${table} BEGIN ${marks(table, 'new')} END;
CREATE TRIGGER outdated_${table}_gone AFTER DELETE ON ${table} BEGIN ${marks(table, 'old')} END;${
    columns.length === 0
      ? ''
      : `
CREATE TRIGGER outdated_${table}_set AFTER UPDATE ON ${table} WHEN ${differs}
  BEGIN ${marks(table, 'old')} ${marks(table, 'new')} END;`
  }`;
}

/** The version of a builder is told by the job that created it: who used it elsewhere is to be counted anew. */
function usersOfBuilder(row: 'old' | 'new', when: 'INSERT' | 'DELETE'): string {
  return `
CREATE TRIGGER outdated_by_builder_${row} AFTER ${when} ON builder_events
  WHEN ${row}.event = 'created' AND ${row}.buildkit IS NOT NULL AND ${uniqueName(`${row}.name`)} BEGIN
  INSERT INTO outdated_jobs SELECT host, job_id FROM logs WHERE builder_used = ${row}.name
    ON CONFLICT DO NOTHING;
END;`;
}

/** Names that setup-buildx-action makes up are unique in the world; any other is one host's, or one job's. */
function uniqueName(column: string): string {
  return `${column} GLOB 'builder-????????-????-????-????-????????????'`;
}

const fact = (name: string): string =>
  `(SELECT max(f.value) FROM facts f WHERE f.host = j.host AND f.job_id = j.job_id AND f.name = '${name}')`;

/** The same columns as ever, each looked up for its job: asking for a few jobs reads only theirs. */
const overview = `
DROP VIEW collision_overview;
DROP VIEW job_overview;

-- buildkit: of the builder that was used; where the job's log does not tell, from the job that created it, if the
-- builder's name was made up and so is no other's.
CREATE VIEW job_overview AS
SELECT j.host, j.job_id, j.repository, j.run_id, j.attempt, j.workflow,
  coalesce(j.name, ${fact('job-name')}) AS job, j.conclusion,
  coalesce(j.started_at, l.first_at) AS started_at,
  coalesce(j.completed_at, l.last_at) AS completed_at,
  coalesce(j.runner_name, ${fact('runner-name')}) AS runner, l.machine, l.engine_id,
  ${fact('runner-version')} AS runner_version,
  ${fact('os-image')} AS os_image,
  ${fact('docker-client')} AS docker_client,
  ${fact('docker-server')} AS docker_server,
  ${fact('buildx')} AS buildx,
  coalesce(${fact('buildkit')}, (
    SELECT max(e.buildkit) FROM builder_events e
    WHERE e.name = l.builder_used AND e.event = 'created' AND ${uniqueName('e.name')})) AS buildkit,
  l.driver, l.builder_used, l.foreign_builder, l.pointer_reset,
  EXISTS (SELECT 1 FROM builds b WHERE b.host = j.host AND b.job_id = j.job_id) AS built,
  v.status, v.cause, v.blame, v.confidence, v.reason, v.log_status, v.log_cause,
  c.culprit_job_id, c.delay_s, l.source AS log_source, j.url
FROM jobs j
LEFT JOIN logs l USING (host, job_id)
LEFT JOIN verdicts v USING (host, job_id)
LEFT JOIN collisions c USING (host, job_id);

CREATE VIEW collision_overview AS
SELECT c.host, c.job_id AS victim_job_id, v.job AS victim, c.culprit_job_id, k.job AS culprit,
  v.machine, c.kind, c.builder, c.removed_at, c.failed_at, c.delay_s, c.strength, c.cause, c.reason
FROM collisions c
JOIN job_overview v ON v.host = c.host AND v.job_id = c.job_id
LEFT JOIN job_overview k ON k.host = c.culprit_host AND k.job_id = c.culprit_job_id;
`;

const indexes = `
CREATE INDEX jobs_by_id ON jobs (job_id);
CREATE INDEX jobs_by_run ON jobs (run_id);
CREATE INDEX logs_by_builder ON logs (builder_used);
CREATE INDEX logs_by_machine ON logs (machine, first_at, last_at);
CREATE INDEX logs_by_engine ON logs (engine_id, first_at, last_at);
-- What neighbours proved, put over what the log says.
CREATE INDEX verdicts_refined ON verdicts (host, job_id)
  WHERE reason IS NOT log_reason OR cause IS NOT log_cause OR status IS NOT log_status
    OR confidence IS NOT log_confidence OR blame IS NOT log_blame;
`;

export const countedStep = `${overview}${indexes}${countedTables}
-- Jobs whose line is to be made anew.
CREATE TABLE prunings (
  -- Jobs that ended before this moment may be gone.
  until TEXT PRIMARY KEY, jobs INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outdated_jobs (
  host TEXT NOT NULL, job_id INTEGER NOT NULL, PRIMARY KEY (host, job_id)
) STRICT, WITHOUT ROWID;
INSERT INTO outdated_jobs SELECT host, job_id FROM jobs;
${triggersOf('jobs', changes.jobs)}${triggersOf('logs', [])}${triggersOf('verdicts', changes.verdicts)}${triggersOf('log_states', changes.log_states)}${usersOfBuilder('new', 'INSERT')}${usersOfBuilder('old', 'DELETE')}
`;
