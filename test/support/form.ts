/** The recorded forms in test/logs/forms, whole or cut at their headings. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../logs/forms');

export function readForm(name: string): string {
  return readFileSync(path.join(folder, name), 'utf8');
}

/** The parts of a form that has many, by the headings that begin with `mark`. */
export function partsOfForm(name: string, mark: string): ReadonlyMap<string, string> {
  const parts = `\n${readForm(name)}`.split(`\n${mark} `).slice(1);
  return new Map(
    parts.map((part) => {
      const [heading = ''] = part.split('\n');
      return [heading, part.slice(heading.length + 1)];
    }),
  );
}
