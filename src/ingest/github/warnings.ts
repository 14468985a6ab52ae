/** What a good answer warns of. */
import type { Headers } from './failure.ts';

export function warningsIn(headers: Headers): string[] {
  const { sunset } = headers;
  const sso = String(headers['x-github-sso'] ?? '');
  return [
    ...(sunset === undefined
      ? []
      : [`GitHub retires this version of its API on ${sunset}; update buildlog`]),
    ...(sso.startsWith('partial-results')
      ? [
          'the list is incomplete: the token is not authorized for single sign-on of some organizations',
        ]
      : []),
  ];
}
