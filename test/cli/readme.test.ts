/** The README shows what the program prints. `npm run bless` writes it anew. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const readme = path.join(root, 'README.md');
const begin = '<!-- demo:begin -->';
const end = '<!-- demo:end -->';

test("the demo's output in the README is the demo's output", () => {
  const output = execFileSync('node', [path.join(root, 'dist/cli/main.js'), 'demo'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '110', NO_COLOR: '1' },
  });
  const text = readFileSync(readme, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const shown = `\n\n\`\`\`text\n${output}\`\`\`\n\n`;
  const expected = text.slice(0, from) + shown + text.slice(text.indexOf(end));
  if (process.env['UPDATE_LOGS'] === '1') writeFileSync(readme, expected);
  else expect(text).toBe(expected);
});
