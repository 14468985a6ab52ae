/** The documented schema is the database's: every column has a word, and every word a column. */
import { afterAll, describe, expect, it } from 'vitest';

import { plain } from '../../src/output/style.ts';
import { schemaText } from '../../src/output/schema-text.ts';
import { describeViews, viewDescriptions } from '../../src/reports/database-schema.ts';
import { Store } from '../../src/store/store.ts';

const store = Store.open(':memory:');
afterAll(() => store.close());
const views = describeViews(store.db);

describe('the documented schema', () => {
  it('has every view of the database, and no other', () => {
    expect(views.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(viewDescriptions).toSorted(),
    );
    expect(views.length).toBeGreaterThanOrEqual(4);
  });

  it.each(views)(
    'says what $name is and what each of its columns means',
    ({ name, about, columns }) => {
      expect(about).not.toBe('');
      expect(columns.filter((column) => column.about === '').map((column) => column.name)).toEqual(
        [],
      );
      expect(Object.keys(viewDescriptions[name]?.columns ?? {}).toSorted()).toEqual(
        columns.map((column) => column.name).toSorted(),
      );
    },
  );

  it('is printed whole and fits the screen', () => {
    const lines = schemaText(views, 80, plain).split('\n');
    for (const column of views.flatMap(({ columns }) => columns)) {
      expect(lines.some((line) => line.startsWith(`${column.name} `))).toBe(true);
    }
    const command = lines.filter((line) => line.startsWith('buildlog sql'));
    expect(command).toHaveLength(1);
    const others = lines.filter((line) => !command.includes(line));
    expect(Math.max(...others.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
