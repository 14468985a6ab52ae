/** Lists of GitHub's, page by page. */
import { z } from 'zod';

import type { GithubClient } from './client.ts';
import { GithubFailure } from './failure.ts';

const pageSizes = [100, 50, 25] as const;

/** The first page as it was answered before. */
export interface KnownPage {
  readonly etag: string;
  readonly hasNext: boolean;
}

interface Page<R> {
  readonly rows: readonly R[];
  readonly total: number;
  readonly unchanged: boolean;
  readonly hasNext: boolean;
  readonly etag: string | null;
}

/**
 * Pages by their number, which is never taken from an answer. A server that cannot make a page in its ten
 * seconds is asked for smaller ones.
 */
export async function* pagesOf<S extends z.ZodType, R>(
  client: GithubClient,
  route: string,
  params: Readonly<Record<string, string | number | boolean>>,
  schema: S,
  rowsOf: (answer: z.infer<S>) => readonly R[],
  known: KnownPage | null = null,
): AsyncGenerator<Page<R>> {
  let size = 0;
  for (let offset = 0; ;) {
    const perPage = pageSizes[size] ?? 25;
    let answer;
    try {
      const page = { ...params, per_page: perPage, page: offset / perPage + 1 };
      const before = offset === 0 && size === 0 ? (known?.etag ?? null) : null;
      answer = await client.jsonUnless(before, route, page, schema);
    } catch (error) {
      if (!isTooSlow(error) || size === pageSizes.length - 1) throw explained(error);
      size++;
      continue;
    }
    const hasNext = answer === null ? known?.hasNext === true : answer.hasNext;
    const rows = answer === null ? [] : rowsOf(answer.data);
    const etag = String(answer?.headers['etag'] ?? '') || null;
    const total = countIn(answer?.data) ?? rows.length;
    yield { rows, total, unchanged: answer === null, hasNext, etag };
    if (!hasNext) return;
    offset += perPage;
  }
}

/** How many rows the whole list has, where an answer tells it. */
function countIn(data: unknown): number | null {
  return z.object({ total_count: z.int() }).safeParse(data).data?.total_count ?? null;
}

function isTooSlow(error: unknown): boolean {
  return error instanceof GithubFailure && error.kind === 'transient' && (error.status ?? 0) >= 500;
}

/** 410 on a list has one meaning only. */
function explained(error: unknown): unknown {
  if (!(error instanceof GithubFailure) || error.kind !== 'gone') return error;
  return new GithubFailure(
    'retired',
    410,
    'GitHub has retired the version of its API that buildlog speaks',
    'update buildlog',
  );
}
