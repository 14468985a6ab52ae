/** Runs the built program as a shell script or another user would: with limits, closed streams, missing rights. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { program, type Ended } from './cli.ts';

const nobody = 65_534;

export interface ShellOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Without the rights of root, which may write anywhere. */
  readonly unprivileged?: boolean;
}

/** Runs `script` with sh; `$buildlog` is the program. */
export function shell(
  script: string,
  { cwd = tmpdir(), env = {}, unprivileged = false }: ShellOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const isRoot = process.getuid?.() === 0;
    const child = spawn('sh', ['-c', script], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
      env: {
        ...process.env,
        XDG_DATA_HOME: path.join(tmpdir(), 'no-such-folder'),
        BUILDLOG_DB: '',
        buildlog: `${process.execPath} ${program}`,
        ...env,
      },
      ...(unprivileged && isRoot ? { uid: nobody, gid: nobody } : {}),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
