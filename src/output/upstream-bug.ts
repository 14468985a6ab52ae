/** A bug report for the makers of BuildKit or Buildx, ready to paste: versions, rates, three examples; nobody's names. */
import type { Cause } from '../model/pattern.ts';
import { redact } from '../model/redaction.ts';
import type { History } from '../reports/history.ts';
import type { JobStory } from '../reports/job-story.ts';
import type { Report } from '../reports/report.ts';
import { escapeControls } from './escape.ts';
import { reportMarkdown } from './report-markdown.ts';
import { scopeLine } from './report-text.ts';

const mostLines = 12;
/** Events whose line says what was done to which builder. */
const telling: ReadonlySet<string> = new Set(['created', 'used', 'removing', 'removed']);
/** Tables that the makers can use: their own versions. */
const components: ReadonlySet<string> = new Set(['buildkit', 'buildx', 'docker_server', 'ladder']);

export interface UpstreamBug {
  readonly cause: Cause;
  /** The rates by version; null where no cause at hand was compared. */
  readonly versions: Report | null;
  readonly examples: readonly JobStory[];
  /** What tells whose builds these are, and what stands in its place. */
  readonly names: ReadonlyMap<string, string>;
}

/** Markdown below the limit of an issue's body (65,536 characters). */
export function upstreamBug({ cause, versions, examples, names }: UpstreamBug): string {
  const all = new Map([...names, ...examples.flatMap(namesInStory)]);
  const clean = (text: string): string => anonymous(text, all);
  // Outside of code a mark in angle brackets would be taken for HTML.
  const inWords = (text: string): string =>
    clean(text).replaceAll(/<(?!br>)([a-z]+)>/g, '&lt;$1&gt;');
  return `# ${cause.title}

${inWords(cause.explanation).trim()}

(buildlog calls this \`${cause.id}\`. Names of hosts, runners, repositories, jobs, people and registries are replaced, secrets taken out.)

## Versions and rates

${inWords(ratesOf(cause, versions))}
## Examples, trimmed to the lines that tell

${examples.map((story, index) => example(story, index + 1, clean)).join('\n')}
## Expected

The build runs to its end, or its last words say what ended it and what to do about that.
`;
}

/** The tables of one cause, without the column that would say the same in every row. */
function ratesOf({ id }: Cause, versions: Report | null): string {
  const sections = (versions?.sections ?? []).flatMap((section) => {
    const rows = section.rows.filter(({ cause }) => cause === id);
    if (rows.length === 0 || !components.has(section.id)) return [];
    const columns = section.columns.filter(({ key }) => key !== 'cause');
    const note = (section.note?.split('\n') ?? []).filter(
      (line) => line.startsWith('How to read') || line.startsWith(id),
    );
    return [{ ...section, columns, rows, note: note.join('\n') }];
  });
  if (versions === null || sections.length === 0) {
    return 'This cause is not among those with most failures, so no versions were compared.\n';
  }
  const drawn = reportMarkdown({ ...versions, findings: [], sections }, undefined, 30_000);
  const tables = drawn.slice(drawn.indexOf('\n## ') + 1).replaceAll(/^## /gm, '### ');
  return `Counted over ${scopeLine(versions.scope)}.\n\n${tables}`;
}

function example(
  { job, verdict, events, culprit }: JobStory,
  number: number,
  clean: (text: string) => string,
): string {
  const proof = verdict?.primaryError ?? null;
  const evidence = [...(verdict?.evidence ?? []), ...(proof === null ? [] : [proof])];
  const end = Math.max(0, ...evidence.map(({ line }) => line));
  const own = [
    ...events.filter(({ event, line }) => telling.has(event) && line < end),
    ...evidence,
  ].toSorted((a, b) => a.line - b.line);
  const lines = [...new Map(own.map((each) => [each.line, each])).values()].slice(-mostLines);
  const versions = [
    ['BuildKit', job.buildkit],
    ['Buildx', job.buildx],
    ['Docker Engine', job.docker_server],
    ['driver', job.driver],
    ['runner', job.runner_version],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]));
  const removal = culprit?.removal ?? null;
  const other =
    removal === null ? '' : `\nMeanwhile in another job on that host:\n${block([removal], clean)}`;
  return `### Example ${number}: ${versions.join(', ') || 'versions unknown'}

${block(lines, clean)}${other}`;
}

interface Line {
  readonly line: number;
  readonly at: string | null;
  readonly text: string;
}

function block(lines: readonly Line[], clean: (text: string) => string): string {
  const shown = lines.map(
    ({ line, at, text }) => `${String(line).padStart(6)} ${at?.slice(11, 23) ?? ''} ${clean(text)}`,
  );
  return `\`\`\`\`text
${shown.map((line) => escapeControls(line).replaceAll('````', "''''")).join('\n')}
\`\`\`\`
`;
}

/** The hosts, repositories and jobs of a whole history: sentences about rates may name any of them. */
export function namesIn({ places, works }: History): Map<string, string> {
  const names = new Map<string, string>();
  for (const { engine, machine } of places) {
    add(names, engine, '<engine>');
    add(names, machine, '<host>');
  }
  for (const { host, repository, workflow, job } of works) {
    if (host !== 'github.com') add(names, host, '<server>');
    addRepository(names, repository);
    // A word such as "build" names nobody, and stands in every log.
    for (const name of [workflow, job]) {
      if (name !== null && /\W/.test(name)) add(names, name, '<job>');
    }
  }
  return names;
}

function namesInStory({ job, commit }: JobStory): [string, string][] {
  const names = new Map<string, string>();
  add(names, job.runner, '<runner>');
  add(names, job.machine, '<host>');
  addRepository(names, job.repository);
  if (commit.head_branch !== null && /\W/.test(commit.head_branch)) {
    add(names, commit.head_branch, '<branch>');
  }
  add(names, commit.head_sha, '<commit>');
  add(names, commit.head_sha?.slice(0, 7) ?? null, '<commit>');
  return [...names];
}

function addRepository(names: Map<string, string>, repository: string | null): void {
  const [owner = '', name = ''] = (repository ?? '').split('/');
  add(names, repository, '<repository>');
  add(names, owner, '<owner>');
  add(names, name, '<name>');
}

function add(names: Map<string, string>, name: string | null, mark: string): void {
  if (name !== null && name !== '' && !publicWords.has(name.toLowerCase())) names.set(name, mark);
}

/** Owners and repositories may bear these names, which tell of nobody and stand in every log. */
const publicWords = new Set(['actions', 'build', 'buildkit', 'buildx', 'docker', 'github', 'moby']);

// `registry.example.com/`, `host.local:5000`: a name with dots before a path or a port.
const address = /\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62}(?=[:/])/gi;
const ip = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
const home = /((?:\/home|\/Users|\\Users)[\\/])[^\\/\s"']{1,64}/g;
const publicHosts =
  /^(?:github\.com|docker\.io|registry-1\.docker\.io|ghcr\.io|index\.docker\.io|auth\.docker\.io)$/i;

/** Where a name stands as a word, in either case; one of three letters or less in a path only. */
function placesOf(name: string): RegExp {
  const own = name.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  return name.length > 3
    ? new RegExp(`(?<![a-z0-9])${own}(?![a-z0-9])`, 'gi')
    : new RegExp(`(?<![\\w-])${own}(?=/)|(?<=/)${own}(?![\\w-])`, 'gi');
}

/** The text without secrets, mail addresses, hosts, home folders and the given names; the longest name first. */
export function anonymous(text: string, names: ReadonlyMap<string, string>): string {
  const safe = redact(text, 'all');
  const lower = safe.toLowerCase();
  return [...names]
    .filter(([name]) => lower.includes(name.toLowerCase()))
    .toSorted(([a], [b]) => b.length - a.length)
    .reduce((rest, [name, mark]) => rest.replaceAll(placesOf(name), mark), safe)
    .replaceAll(address, (host) => (publicHosts.test(host) ? host : '<host>'))
    .replaceAll(home, '$1<user>')
    .replaceAll(ip, '<address>');
}
