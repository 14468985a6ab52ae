/** A bug report for the makers of BuildKit or Buildx, ready to paste: versions, rates, three examples; nobody's names. */
import { redact } from '../model/redaction.ts';
import type { JobStory } from '../reports/job-story.ts';
import type { Report } from '../reports/report.ts';
import { reportMarkdown } from './report-markdown.ts';
import { escapeControls } from './escape.ts';

const mostLines = 12;
/** Events whose line says what was done to which builder. */
const telling: ReadonlySet<string> = new Set(['created', 'used', 'removing', 'removed']);

export interface UpstreamBug {
  readonly cause: string;
  /** What happened in such a job, and what makes it happen. */
  readonly title: string;
  readonly explanation: string;
  /** The rates by version, of this cause only; null where it is too rare to be compared. */
  readonly versions: Report | null;
  readonly examples: readonly JobStory[];
}

/** Markdown below the limit of an issue's body (65,536 characters). */
export function upstreamBug({
  cause,
  title,
  explanation,
  versions,
  examples,
}: UpstreamBug): string {
  const names = namesIn(examples);
  const clean = (text: string): string => anonymous(text, names);
  const table =
    versions === null
      ? 'This cause is not among those with most failures, so no versions were compared.\n'
      : clean(reportMarkdown(versions, 30_000))
          .replace(/^# .*\n+/, '')
          .replaceAll(/^## /gm, '### ');
  return `# ${title}

${clean(explanation).trim()}

(buildlog calls this \`${cause}\`. Names of hosts, runners, repositories and registries are replaced; secrets were never kept.)

## Versions and rates

${table}
## Examples, trimmed

${examples.map((story, index) => example(story, index + 1, clean)).join('\n')}
## Expected

(Say in your words what should have happened.)
`;
}

function example(
  { job, verdict, events }: JobStory,
  number: number,
  clean: (text: string) => string,
): string {
  const seen = [
    ...events.filter(({ event }) => telling.has(event)),
    ...(verdict?.evidence ?? []),
    ...(verdict?.primaryError == null ? [] : [verdict.primaryError]),
  ].toSorted((a, b) => a.line - b.line);
  const lines = [...new Map(seen.map((each) => [each.line, each])).values()].slice(-mostLines);
  const versions = [
    ['BuildKit', job.buildkit],
    ['Buildx', job.buildx],
    ['Docker Engine', job.docker_server],
    ['driver', job.driver],
    ['runner', job.runner_version],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]));
  const shown = lines.map(
    ({ line, at, text }) => `${String(line).padStart(6)} ${at?.slice(11, 23) ?? ''} ${clean(text)}`,
  );
  return `### Example ${number}: ${versions.join(', ')}

\`\`\`\`text
${shown.map((line) => escapeControls(line).replaceAll('````', "''''")).join('\n')}
\`\`\`\`
`;
}

/** What tells whose builds these are. */
function namesIn(stories: readonly JobStory[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { job } of stories) {
    const [owner = '', repository = ''] = (job.repository ?? '').split('/');
    const known: [string | null, string][] = [
      [job.runner, '<runner>'],
      [job.machine, '<host>'],
      [job.repository, '<repository>'],
      [owner, '<owner>'],
      [repository, '<name>'],
    ];
    for (const [name, mark] of known) if (name !== null && name.length > 3) names.set(name, mark);
  }
  return names;
}

// `registry.example.com/`, `host.local:5000`: a name with dots before a path or a port.
const address = /\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62}(?=[:/])/gi;
const ip = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
const publicHosts =
  /^(?:github\.com|docker\.io|registry-1\.docker\.io|ghcr\.io|index\.docker\.io|auth\.docker\.io)$/i;

/** The text without secrets, mail addresses, hosts and the given names; the longest name first. */
export function anonymous(text: string, names: ReadonlyMap<string, string>): string {
  let safe = redact(text, 'all');
  for (const [name, mark] of [...names].toSorted(([a], [b]) => b.length - a.length)) {
    safe = safe.replaceAll(name, mark);
  }
  return safe
    .replaceAll(address, (host) => (publicHosts.test(host) ? host : '<host>'))
    .replaceAll(ip, '<address>');
}
