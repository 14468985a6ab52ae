/** What is published: all that the program needs at run time, and nothing else. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import * as packageFiles from '../../src/cli/package-files.ts';
import { projectFolder } from '../support/cli.ts';

const manifest = z
  .object({
    scripts: z.record(z.string(), z.string()),
    bin: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
    publishConfig: z.object({ provenance: z.boolean() }),
  })
  .parse(JSON.parse(readFileSync(path.join(projectFolder, 'package.json'), 'utf8')));

function packed(): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'];
  const text = execFileSync('npm', args, { cwd: projectFolder, encoding: 'utf8', stdio: 'pipe' });
  const answer = z.array(z.object({ files: z.array(z.object({ path: z.string() })) }));
  return answer.parse(JSON.parse(text)).flatMap(({ files }) => files.map((file) => file.path));
}

describe('the package', { timeout: 60_000 }, () => {
  const files = packed();

  it('holds every file that the program asks for', () => {
    const asked = Object.values(packageFiles).map((file) => path.relative(projectFolder, file));
    const missing = [...asked, ...Object.values(manifest.bin)].filter(
      (file) => !files.some((one) => one === file || one.startsWith(`${file}/`)),
    );
    expect(missing).toEqual([]);
  });

  it('holds nothing else', () => {
    const known =
      /^(?:package\.json|README\.md|LICENSE|dist\/cli\/[\w-]+\.m?js|dist\/[\w-]+\.(?:json|wasm|tables|1)|patterns\/(?:README\.md|pattern\.schema\.json|(?:causes|signatures|facts)\/[\w/-]+\.yaml)|data\/(?:demo|schemas|workflows)\/.+)$/;
    expect(files.filter((file) => !known.test(file))).toEqual([]);
  });

  it('brings along only what is not in the bundle already', () => {
    const bundle = readFileSync(path.join(projectFolder, 'tools/bundle.js'), 'utf8');
    const external = /external: \[([^\]]*)\]/.exec(bundle)?.[1] ?? '';
    const names = [...external.matchAll(/'([^']+)'/g)].map(([, name]) => name);
    expect(Object.keys(manifest.dependencies)).toEqual(names);
  });

  it('runs nothing when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
    expect(hooks.filter((hook) => hook in manifest.scripts)).toEqual([]);
  });

  it('names exact versions, and is published with its provenance', () => {
    const loose = Object.values(manifest.dependencies).filter(
      (version) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
    expect(manifest.publishConfig.provenance).toBe(true);
  });
});
