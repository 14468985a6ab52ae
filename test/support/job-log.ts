/** Writes job logs as the runner writes them: header, steps with their echo, stamps, closing words. */

/** Names as docker/setup-buildx-action makes them up: this job's builder, and a neighbour's. */
export const ownBuilder = 'builder-1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9';
export const otherBuilder = 'builder-9f8e7d6c-5b4a-4392-8817-06f5e4d3c2b1';

export const header = `
Current runner version: '2.323.0'
Runner name: 'ci-build-01-runner-3'
Runner group name: 'Default'
Machine name: 'ci-build-01'
Prepare workflow directory
Prepare all required actions
Complete job name: image (web)`;

/** The runner's last words; a log without them was cut off. */
export const closing = 'Cleaning up orphan processes';

/** A step that ran a script, with what the script printed. */
export function scriptStep(script: string, output = ''): string {
  const echo = script.split('\n').map((line) => `\u001B[36;1m${line}\u001B[0m`);
  const [title = ''] = script.split('\n');
  return lines(
    `##[group]Run ${title}`,
    ...echo,
    'shell: /usr/bin/bash -e {0}',
    '##[endgroup]',
    output,
  );
}

/** A step that ran an action, with what it printed. */
export function actionStep(action: string, output = '', inputs: readonly string[] = []): string {
  const echo = inputs.map((input) => `  ${input}`);
  return lines(`##[group]Run ${action}`, 'with:', ...echo, '##[endgroup]', output);
}

/** A titled group of an action's output. */
export function group(title: string, ...body: string[]): string {
  return lines(`##[group]${title}`, ...body, '##[endgroup]');
}

/** docker/setup-buildx-action: creates and boots a builder, and makes it current. */
export function setupStep(builder = ownBuilder, buildkit = 'v0.17.0'): string {
  return actionStep(
    'docker/setup-buildx-action@v3',
    lines(
      group(
        'Buildx version',
        'github.com/docker/buildx v0.19.2 1fc5647dc281ca3c2ad5b451aeff2dce84f1dc49',
      ),
      group(
        'Creating a new builder instance',
        `[command]/usr/bin/docker buildx create --name ${builder} --driver docker-container --use`,
        builder,
      ),
      group(
        'Booting builder',
        `[command]/usr/bin/docker buildx inspect --bootstrap --builder ${builder}`,
        '#1 [internal] booting buildkit',
        '#1 pulling image moby/buildkit:buildx-stable-1 3.2s done',
        `#1 creating container buildx_buildkit_${builder}0 0.6s done`,
        '#1 DONE 3.8s',
      ),
      group('BuildKit version', `${builder}0: ${buildkit}`),
    ),
  );
}

/** The end of docker/setup-buildx-action: removes its builder. */
export function removal(builder = ownBuilder, answer = `${builder} removed`): string {
  const command = `[command]/usr/bin/docker buildx rm ${builder}`;
  return lines('Post job cleanup.', group('Removing builder', command, answer));
}

/** docker/build-push-action: a build on `builder`, and the lines that it printed. */
export function buildStep(progress: string, builder = ownBuilder, options = ''): string {
  return actionStep(
    'docker/build-push-action@v6',
    lines(
      `[command]/usr/bin/docker buildx build ${options}--tag registry.acme.test/shop/web:1 --push .`,
      `#0 building with "${builder}" instance using ${builder === 'default' ? 'docker' : 'docker-container'} driver`,
      '',
      '#1 [internal] load build definition from Dockerfile',
      '#1 transferring dockerfile: 222B done',
      '#1 DONE 0.1s',
      '',
      progress,
    ),
  );
}

/** A whole job log: the header, these parts, the closing words; stamped, a tenth of a second each line. */
export function jobLog(...parts: string[]): string {
  return stamped(lines(header, ...parts, closing));
}

/** A log that stops after these parts. */
export function cutLog(...parts: string[]): string {
  return stamped(lines(header, ...parts));
}

/** Puts the runner's stamp before every line, beginning at `from`. */
export function stamped(text: string, from = '2026-08-21T10:12:00Z'): string {
  const begin = Date.parse(from);
  return text
    .split('\n')
    .map((line, index) => {
      const at = new Date(begin + index * 100).toISOString().slice(0, -1);
      return `${at}0000Z ${line}\n`;
    })
    .join('');
}

/** Joined by line ends; a part may hold many lines, and a first line end in it is for looks only. */
export function lines(...parts: string[]): string {
  return parts
    .filter((part, index) => part !== '' || index > 0)
    .map((part) => part.replace(/^\n/, ''))
    .join('\n');
}
