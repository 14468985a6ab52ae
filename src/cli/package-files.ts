/**
 * Where the files of the package are. The build puts all code into files of dist/cli, so that a place is
 * the same from there and from this folder; no other file may look for one.
 */
import { fileURLToPath } from 'node:url';

const inPackage = (name: string): string =>
  fileURLToPath(new URL(`../../${name}`, import.meta.url));

export const shippedPatterns = inPackage('patterns');
/** The shipped patterns as the build left them. */
export const preparedPatterns = inPackage('dist/patterns.json');
export const kernelFile = inPackage('dist/find.wasm');
export const relaxedKernelFile = inPackage('dist/find-relaxed.wasm');
/** The kernel's tables for the shipped patterns, behind their fingerprint. */
export const tablesFile = inPackage('dist/find.tables');
/** Where words are best looked for, for any patterns. */
export const windowsFile = inPackage('dist/windows.json');
/** What a thread that helps to read many logs runs. */
export const readingWorkerFile = inPackage('dist/cli/worker.js');
/** The histories that come with the package. */
export const demoFolder = inPackage('data/demo');
export const packageFile = inPackage('package.json');
/** The published JSON Schemas of what `--format json` prints. */
export const schemaFolder = inPackage('data/schemas');
/** The examples that `buildlog help nightly` and `buildlog help rerun-gate` show. */
export const nightlyWorkflow = inPackage('data/workflows/nightly.yml');
export const rerunWorkflow = inPackage('data/workflows/rerun-infra.yml');
