/** Secrets are taken out wherever they stand; what people must see stays. */
import {
  array,
  assert as check,
  constantFrom,
  nat,
  oneof,
  property,
  stringMatching,
  tuple,
} from 'fast-check';
import { describe, expect, it } from 'vitest';

import { redact, redactedMark } from '../../src/model/redaction.ts';
import { canaries, harmless } from '../support/canaries.ts';

describe('a secret', () => {
  it.each(canaries)('is taken out: $kind', ({ secret, message }) => {
    const safe = redact(message);
    expect(safe).not.toContain(secret);
    expect(safe).toContain(redactedMark);
  });

  it.each(canaries)('leaves no part of it behind: $kind', ({ secret, message }) => {
    const safe = redact(message);
    const parts = Array.from({ length: Math.max(1, secret.length - 8) }, (_, n) =>
      secret.slice(n, n + 9),
    );
    // What a key file is called is no secret, what is in it is.
    const telling = parts.filter((part) => !/KEY|BEGIN|---/.test(part));
    expect(telling.filter((part) => safe.includes(part))).toEqual([]);
  });

  it('is taken out wherever it stands in a line', () => {
    const around = stringMatching(/^[ -~]{0,80}$/);
    check(
      property(
        tuple(around, constantFrom(...canaries), around),
        ([before, { message, secret }, after]) => {
          expect(redact(`${before} ${message} ${after}`)).not.toContain(secret);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is looked for with all rules wherever one of them could find it', () => {
    const cut = tuple(constantFrom(...canaries), nat(60), nat(200));
    const text = array(
      oneof(
        stringMatching(/^[ -~]{0,20}$/),
        cut.map(([{ message }, from, to]) => message.slice(from, from + to)),
        constantFrom(...canaries).map(({ secret }) => secret),
      ),
      { maxLength: 4 },
    ).map((pieces) => pieces.join(''));
    // A word that some rule begins with, before the text and apart from it, has all rules tried.
    const sure = `basic${'|'.repeat(400)}`;
    check(
      property(text, (given) => {
        expect(sure + redact(given)).toBe(redact(sure + given));
      }),
      { numRuns: 3000 },
    );
  });

  it('is taken out once: a second time changes nothing', () => {
    for (const { message } of canaries) expect(redact(redact(message))).toBe(redact(message));
  });

  it('leaves the words around it', () => {
    expect(redact('dial https://deploy:hunter22@registry.acme.dev/v2/: i/o timeout')).toBe(
      'dial https://deploy:<redacted>@registry.acme.dev/v2/: i/o timeout',
    );
  });

  it('stays when nothing is to be taken out', () => {
    for (const { message } of canaries) expect(redact(message, 'none')).toBe(message);
  });
});

describe('what is no secret', () => {
  it.each(harmless)('stays: %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('an e-mail address', () => {
  const text = 'Author: Ada Lovelace <ada@acme.example.com>';

  it('stays unless it is asked for', () => {
    expect(redact(text)).toBe(text);
    expect(redact(text, 'all')).toBe('Author: Ada Lovelace <<redacted>>');
  });

  it('is told from a digest', () => {
    const image = 'acme/shop@sha256:2bb6d6b6f5b6f9f0b2b1e5f0e3a5c7d9';
    expect(redact(image, 'all')).toBe(image);
  });
});

describe('the time it takes', () => {
  const pieces = [
    'token',
    'token=',
    'secret.',
    '://a:',
    '://aaaa',
    'a@b.',
    '-----BEGIN PRIVATE KEY-----',
    'login ',
    'curl  -u',
    'eyJaaaaaaaaaaaaaaaa.',
    'authorization: ',
    '"token":"',
    'ghp_',
    'MII',
    ' --password ',
  ];

  it.each(pieces)('grows with the text and not faster: %j', (piece) => {
    const seconds = (length: number): number => {
      const text = piece.repeat(length / piece.length);
      const start = process.cpuUsage();
      for (let n = 0; n < 5; n++) redact(text, 'all');
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1e6;
    };
    seconds(8192);
    // Squared growth would be 256 times as much; 8 kB in 5 ms is far above what was seen.
    expect(seconds(131_072)).toBeLessThan(Math.max(seconds(8192), 0.005) * 64);
  });
});
