/** `buildlog help json`: the published JSON Schemas as a list of fields. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { Style } from '../../output/style.ts';
import { wrap } from '../../output/wrap.ts';

interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

export function jsonText(folder: string, width: number, style: Style): string {
  const parts = readdirSync(folder)
    .toSorted()
    .map((name) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own files, held to their schema by tests
      const schema = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Schema;
      const rows = fields(schema, schema.$defs ?? {}, '').map(([field, about]) => {
        const text = wrap(`${field}  ${about}`.trimEnd(), Math.max(30, width - 6)).join('\n      ');
        return `  ${text.replace(field, style.bold(field))}`;
      });
      return [
        style.bold(schema.title ?? name),
        wrap(schema.description ?? '', width).join('\n'),
        ...rows,
      ].join('\n');
    });
  const where = wrap(
    `The JSON Schemas are in ${folder}. schema_version changes when a field goes or changes its meaning; new fields may come at any time.`,
    width,
  );
  return `${[...parts, where.join('\n')].join('\n\n')}\n`;
}

/** `jobs[].cause` and what it means; a definition that stands in several places is told at the first. */
function fields(
  schema: Schema,
  defs: Readonly<Record<string, Schema>>,
  prefix: string,
  told = new Set<string>(),
): [string, string][] {
  const whole = resolve(schema, defs);
  if (schema.$ref !== undefined) {
    if (told.has(schema.$ref)) return [];
    told.add(schema.$ref);
  }
  const own = Object.entries(whole.properties ?? {}).flatMap(
    ([name, child]): [string, string][] => {
      const field = prefix === '' ? name : `${prefix}.${name}`;
      const about = child.description ?? resolve(child, defs).description ?? '';
      return [[field, about], ...fields(child, defs, field, told)];
    },
  );
  return [
    ...own,
    ...(whole.anyOf ?? []).flatMap((each) => fields(each, defs, prefix, told)),
    ...(whole.items === undefined ? [] : fields(whole.items, defs, `${prefix}[]`, told)),
    ...(whole.additionalProperties === undefined
      ? []
      : fields(whole.additionalProperties, defs, `${prefix}.*`, told)),
  ];
}

function resolve(schema: Schema, defs: Readonly<Record<string, Schema>>): Schema {
  const name = schema.$ref?.replace('#/$defs/', '');
  return name === undefined ? schema : (defs[name] ?? {});
}
