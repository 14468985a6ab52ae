/** The shape of the three kinds of pattern file. The published JSON Schema comes from here too. */
import { z } from 'zod';

const positions = [
  'header',
  'command',
  'group',
  'annotation',
  'vertex-error',
  'run-log',
  'vertex-retry',
  'vertex',
  'final',
  'daemon-log',
  'output',
  'post',
] as const;

const text = z.string().min(1);
const id = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'is not an id: small letters, digits, hyphens');
const where = z
  .array(z.enum(positions))
  .min(1)
  .describe('The positions at which the words count; anywhere else they are not evidence.');
const ranges = z.strictObject({
  buildkit: text.optional(),
  buildx: text.optional(),
  docker: text.optional(),
});
const circumstances = z.strictObject({
  'docker-worked-before': z.boolean().optional(),
  'foreign-builder': z.boolean().optional(),
  'pointer-reset': z.boolean().optional(),
  collision: z.boolean().optional(),
  'host-shared': z.boolean().optional(),
  beside: z.array(id).min(1).optional(),
  versions: ranges.optional(),
});
const certainty = z.enum(['high', 'medium', 'low']);
const nearMisses = z
  .array(z.strictObject({ text, why: text }))
  .min(1)
  .describe('Lines that look like it and must not match, each with the reason.');
const references = z.array(text).optional();
const renamedFrom = z.array(id).optional();

export const causeSchema = z.strictObject({
  title: text,
  blame: z.enum(['infra', 'code', 'mixed']),
  transient: z.enum(['yes', 'no', 'maybe']),
  explanation: text,
  advice: z
    .array(z.strictObject({ when: circumstances.optional(), do: text }))
    .min(1)
    .describe('What to do first; entries with `when` are given only under those circumstances.'),
  references,
  'renamed-from': renamedFrom,
});

export const signatureSchema = z.strictObject({
  title: text,
  cause: id,
  rank: z.int().min(0).max(100),
  where,
  vertex: text.optional(),
  regex: text,
  certainty: certainty.optional(),
  'removal-face': z.enum(['stopped', 'vanished', 'pointer']).optional(),
  'after-grace': z
    .literal(true)
    .optional()
    .describe('The builder lived on for the engine’s grace after it was told to stop.'),
  'daemon-gone': z
    .literal(true)
    .optional()
    .describe('The Docker daemon did not answer; group `endpoint` says at which address.'),
  instead: z
    .array(z.strictObject({ when: circumstances, cause: id, certainty: certainty.optional() }))
    .optional(),
  affects: ranges.optional(),
  'fixed-in': ranges.optional(),
  references,
  'renamed-from': renamedFrom,
  samples: z
    .array(
      z.strictObject({
        text,
        captures: z.record(text, z.string()).optional(),
        also: z.array(id).optional(),
      }),
    )
    .min(1),
  'near-misses': nearMisses,
});

export const factSchema = z.strictObject({
  title: text,
  forms: z
    .array(
      z.strictObject({
        regex: text,
        after: text.optional(),
        within: z.int().min(1).max(50).optional(),
        where: where.optional(),
        precedence: z.int().optional(),
      }),
    )
    .min(1),
  samples: z.array(z.strictObject({ text, name: text.optional(), value: z.string() })).min(1),
  'near-misses': nearMisses,
});

export type FactFile = z.infer<typeof factSchema>;
export type CircumstancesFile = z.infer<typeof circumstances>;
