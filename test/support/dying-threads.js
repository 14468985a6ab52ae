// Loaded into the program before anything else: each thread but the first ends after DIES_AFTER milliseconds.
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) setTimeout(() => process.exit(1), Number(process.env.DIES_AFTER));
