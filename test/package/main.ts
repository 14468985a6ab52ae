/**
 * Packs the program, installs the tarball into an empty folder and runs the README's session there:
 * `npm run try-package` with this Node, `npm run try-package -- 24` with another one from the registry. Needs the
 * network.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const [otherNode] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'buildlog-package-'));
const bin = path.join(folder, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };

function run(command: string, ...args: string[]): string {
  console.log(`$ ${[command, ...args].join(' ')}`);
  return execFileSync(command, args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
}

function expectIn(text: string, words: string): void {
  if (!text.includes(words)) throw new Error(`the answer lacks "${words}":\n${text}`);
}

try {
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: project, stdio: 'pipe' });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  if (otherNode !== undefined)
    run('npm', 'install', '--no-audit', '--no-fund', `node@${otherNode}`);
  run('npm', 'install', '--no-audit', '--no-fund', `./${tarball}`);
  console.log(run('node', '--version').trim());

  const demo = path.join(project, 'data', 'demo', 'shop');
  cpSync(path.join(demo, 'logs'), path.join(folder, 'logs'), { recursive: true });
  for (const name of ['jobs.json', 'runs.json'])
    cpSync(path.join(demo, name), path.join(folder, name));
  expectIn(run('buildlog', 'demo'), '203 jobs on 4 hosts');
  expectIn(run('buildlog', 'scan', 'logs/32910000133.log.gz'), 'builder');
  const known = ['--metadata', 'jobs.json', '--runs', 'runs.json', '--db', 'b.db'];
  expectIn(run('buildlog', 'ingest', 'files', 'logs/*.log.gz', ...known), '105 jobs added');
  expectIn(run('buildlog', 'report', '--db', 'b.db'), 'Summary');
  expectIn(run('buildlog', 'show', '32910000133', '--db', 'b.db'), '32910000133');
  expectIn(run('buildlog', 'export', 'csv', 'out', '--db', 'b.db'), 'jobs.csv');
  expectIn(run('buildlog', 'patterns', 'check'), '0 problems');
  console.log('the session ran');
} finally {
  rmSync(folder, { recursive: true });
}
