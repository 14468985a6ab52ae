/** Runs the built program as its users do: a process with arguments, streams and an exit code. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll } from 'vitest';

/** A process that still runs after this is killed: the test fails instead of hanging. */
const longest = 20_000;
/** Where package.json is. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
/** The built entry point; `npm test` builds it first. */
export const program = path.join(projectFolder, 'dist', 'cli', 'main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** `buildlog ARGS...` */
export function buildlog(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(process.execPath, [program, ...args], options);
}

/** Any command. The database of whoever runs the tests is out of reach. */
function run(
  command: string,
  args: readonly string[],
  { input, env = {}, cwd = tmpdir() }: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const nobody = { XDG_DATA_HOME: path.join(tmpdir(), 'no-such-folder'), BUILDLOG_DB: '' };
    const own = { ...process.env, ...nobody, ...env };
    const child = spawn(command, args, { cwd, env: own, stdio: 'pipe', timeout: longest });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => {}); // a program that does not read its input may be gone already
    child.stdin.end(input);
  });
}

/** What people must never see: a stack, or the words for what should not happen. */
export const looksLikeACrash = /^ +at |this should not happen|node:internal/m;

/** A folder that all tests of a file share, removed after them. */
export function sharedFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'buildlog-shared-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
