/** The folder that a database lies in: made when it is missing, and with room left for what is to come. */
import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import path from 'node:path';

import { StoreError } from './store-error.ts';

/** One folder after the other: Node's own recursive way never ends below /proc. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

/** What a night's work needs at the least; less would run out in the middle of it. Bytes. */
const leastRoom = 32_000_000;

/** Looks for room before any work is done. @throws StoreError when the disk is as good as full */
export function requireRoom(folder: string, bytes = leastRoom): void {
  const { bavail, bsize, blocks } = statfsSync(folder);
  // Some network folders do not tell.
  if (blocks === 0 || bavail * bsize >= bytes) return;
  const free = Math.floor((bavail * bsize) / 1e6);
  throw new StoreError(
    `${folder}: the disk is nearly full, ${free} MB are left`,
    'free some space; nothing was asked for or changed',
  );
}
