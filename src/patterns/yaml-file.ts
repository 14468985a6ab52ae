/** One YAML file in: a checked value, or problems that point at the very place. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';

import type { PatternProblem } from './problem.ts';

/** A parsed file that can say where each of its values stands. */
export class YamlFile {
  readonly path: string;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(path: string, text: string) {
    this.path = path;
    this.#document = parseDocument(text, { version: '1.2', lineCounter: this.#lines });
  }

  /** The value in the schema's shape, or everything that is wrong with it. */
  read<T>(schema: z.ZodType<T>): { value: T } | { problems: PatternProblem[] } {
    const syntax = this.#document.errors;
    if (syntax.length > 0) {
      return {
        problems: syntax.map((error) => ({
          ...this.#place(error.pos[0]),
          message: error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '',
          help: 'mend the YAML; quote a regex with single quotes',
        })),
      };
    }
    const alias = this.#firstAlias();
    if (alias !== null) return { problems: [alias] };
    const result = schema.safeParse(this.#document.toJS());
    if (result.success) return { value: result.data };
    return { problems: result.error.issues.flatMap((issue) => this.#explain(issue)) };
  }

  /** A problem at the value that `path` leads to, or at its nearest parent. */
  problemAt(path: readonly PropertyKey[], message: string, help: string): PatternProblem {
    return { ...this.#place(this.#offsetOf(path)), message, help };
  }

  /** An alias can make a small file huge, and no pattern needs one. */
  #firstAlias(): PatternProblem | null {
    let found: PatternProblem | null = null;
    visit(this.#document, {
      Alias: (_, alias) => {
        const message = `\`*${alias.source}\`: aliases are not allowed`;
        found = { ...this.#place(alias.range?.[0] ?? 0), message, help: 'write the value out' };
        return visit.BREAK;
      },
    });
    return found;
  }

  #explain(issue: z.core.$ZodIssue): PatternProblem[] {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) =>
        this.problemAt(
          [...issue.path, key],
          `unknown key \`${key}\``,
          'see patterns/README.md for the keys there are',
        ),
      );
    }
    const where = issue.path.length === 0 ? 'the file' : `\`${issue.path.join('.')}\``;
    return [this.problemAt(issue.path, `${where}: ${issue.message}`, 'see patterns/README.md')];
  }

  #offsetOf(path: readonly PropertyKey[]): number {
    for (let depth = path.length; depth > 0; depth--) {
      const offset = this.#nodeOffset(path.slice(0, depth));
      if (offset !== null) return offset;
    }
    return 0;
  }

  /** For a key of a map the key's own place is better than its value's: the typo is in the key. */
  #nodeOffset(path: readonly PropertyKey[]): number | null {
    const parent =
      path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
      : undefined;
    if (isScalar(pair?.key)) return pair.key.range?.[0] ?? null;
    const node = this.#document.getIn([...path], true);
    return isNode(node) ? (node.range?.[0] ?? null) : null;
  }

  #place(offset: number): { file: string; line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.path, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}
