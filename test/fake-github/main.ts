/** `npm run fake-github -- DIR...`: a GitHub on this machine that serves saved histories, for trying things by hand. */
import { parseArgs } from 'node:util';

import { FakeGithub } from './fake.ts';
import { endOf, historyIn } from './history.ts';
import { faultHelp, spokenFault } from './spoken-fault.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '0' },
    fault: { type: 'string', multiple: true, default: [] },
  },
});
if (positionals.length === 0) {
  console.error(
    'usage: npm run fake-github -- DIR... [--port N] [--fault FAULT]...   (DIR holds jobs.json, runs.json, logs/)\n' +
      `FAULT: ${faultHelp}`,
  );
  process.exit(2);
}
const repositories = historyIn(...positionals);
// Its clock goes on from an hour after the history, so that nothing in it is too old or too new.
const ahead = endOf(repositories) + 3_600_000 - Date.now();
const fake = new FakeGithub(repositories, { now: () => new Date(Date.now() + ahead) });
fake.faults.push(...values.fault.map(spokenFault));
await fake.start(Number(values.port));
const names = repositories.map(({ fullName }) => fullName).join(' ');
console.log(`a GitHub with ${names} at ${fake.url}; try it in another shell:`);
console.log(
  `  GH_TOKEN=anything buildlog ingest github ${names} --api-url ${fake.url} --db try.db`,
);
