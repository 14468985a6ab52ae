/**
 * What a command line says about builders: one that a tool printed, or one of an echoed script. Pure
 * functions of the text; whether the command ran, and how it ended, is told elsewhere.
 */

const createCommand = /\bbuildx create\b/;
const nameOption = /--name(?:=| +)(?:"([^"]*)"|'([^']*)'|(\S+))/;
const driverOption = /--driver(?:=| +)["']?([^\s"'$]+)/;
const removeCommand =
  /\bbuildx(?: --builder[= ]["']?([^\s"'$]+)["']?)? rm\b(?: +-\S+)*((?: +[^\s-]\S*)*)/;
const shellOperator = / *(?:\|\||&&|[;|>]|\d>).*$/s;
const namedBuilder = /(?:--builder[= ]|\bBUILDX_BUILDER=)["']?([^\s"']+)/;
const mayNameBuilder = /--builder|BUILDX_BUILDER/;
/** As Buildx makes names up (docker/docker, namesgenerator). */
const anonymousName = /^[a-z]+_[a-z]+\d?$/;
const stopCommand = /\bbuildx stop +(\S+)/;
const useCommand = /\bbuildx use\b((?: +\S+)*)/;
const bootCommand = /\bbuildx inspect\b.*--bootstrap.*--builder[= ](\S+)/;
const installCommand = /\bbuildx install\b/;
const buildxBuild = /\bbuildx(?:\.exe)?"? (?:--\S+ )*(?:build|b|bake|f)\b/;
const engineBuild = /\bdocker(?:\.exe)?"? (?:image )?build\b/;
const buildAction = /^docker\/(?:build-push|bake)-action@/;
const containerStop = /\bdocker (?:container )?(?:stop|kill|rm)\b/;
const asRoot = /\bsudo\b/;

/** A `buildx create`. */
export interface Creation {
  /** Null where only the shell knows it, or Buildx makes it up. */
  readonly name: string | null;
  /** What is known of a name that the shell completes; null where Buildx makes all of it up. */
  readonly prefix: string | null;
  readonly driver: string | null;
  /** It also becomes the current builder. */
  readonly selects: boolean;
}

/** The commands of a script, one a line; those that stand on several lines are joined. */
export function commandsIn(script: string): string[] {
  return script
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'));
}

export function creationIn(command: string): Creation | null {
  if (!createCommand.test(command) || command.includes('--append')) return null;
  const [, double, single, bare] = nameOption.exec(command) ?? [];
  const name = double ?? single ?? bare ?? '';
  return {
    name: name === '' || name.includes('$') ? null : name,
    prefix: name === '' ? null : (name.split('$')[0] ?? ''),
    driver: driverOption.exec(command)?.[1] ?? null,
    selects: /--use\b/.test(command) && !asRoot.test(command),
  };
}

/** Whether a builder may be the one that a command made whose name only the shell or Buildx knew. */
export function mayBeNamed({ prefix }: Creation, name: string): boolean {
  return prefix === null ? anonymousName.test(name) : name.startsWith(prefix);
}

export function removes(script: string): boolean {
  return removeCommand.test(script);
}

export function removedIn(command: string): string[] {
  const [, current, words = ''] = removeCommand.exec(command) ?? [];
  const names = words.replace(shellOperator, '').split(/ +/).filter(Boolean);
  return names.length === 0 && current !== undefined ? [current] : names;
}

/** Whether a script asks for this builder, or for one that only the shell knows. */
export function asksForBuilder(script: string, name: string): boolean {
  if (!mayNameBuilder.test(script)) return false;
  return commandsIn(script).some((command) => {
    const asked = namedBuilder.exec(command)?.[1];
    return asked !== undefined && (asked === name || asked.includes('$'));
  });
}

export function stoppedIn(command: string): string | null {
  return stopCommand.exec(command)?.[1] ?? null;
}

export function bootedIn(command: string): string | null {
  return bootCommand.exec(command)?.[1] ?? null;
}

/** The builder that `buildx use` makes current; undefined where nothing of the kind is said. */
export function selectedIn(command: string): string | null | undefined {
  const [, words] = useCommand.exec(command) ?? [];
  if (words === undefined) return undefined;
  const name = words.split(/ +/).find((word) => word !== '' && !word.startsWith('-')) ?? '';
  return /^["']?([\w.-]+)["']?;?$/.exec(name)?.[1] ?? null;
}

/** From then on `docker build` is `docker buildx build`. */
export function installsBuildx(command: string): boolean {
  return installCommand.test(command);
}

export function isBuild(command: string): boolean {
  return buildxBuild.test(command) || engineBuild.test(command);
}

/**
 * Whether every build of a script takes the builder that is current in Buildx. `docker build` takes the
 * engine's own (docker/cli 23 and later), root has a pointer of its own, and a tool that hides its
 * command (`make`) says nothing.
 */
export function asksForCurrent(script: string, installed: boolean): boolean {
  const [title = ''] = script.split('\n');
  if (buildAction.test(title)) return true;
  const builds = commandsIn(script).filter(isBuild);
  return (
    builds.length > 0 &&
    builds.every((build) => (installed || buildxBuild.test(build)) && !asRoot.test(build))
  );
}

/** Whether a script stops containers of builders: others may be listed beside what it stops. */
export function stopsBuilderContainers(script: string): boolean {
  const commands = commandsIn(script);
  const chosen = commands.filter((command) => command.includes('buildx_buildkit'));
  // `for c in $(docker ps … buildx_buildkit …)`, `ids=$(docker ps … buildx_buildkit …)`
  const variables = chosen.flatMap((command) => {
    const [, looped, assigned] = /\bfor (\w+) in\b|(?:^|\s)(\w+)=/.exec(command) ?? [];
    return looped ?? assigned ?? [];
  });
  return commands.some(
    (command) =>
      containerStop.test(command) &&
      (chosen.includes(command) ||
        variables.some((name) => new RegExp(`\\$\\{?${name}\\b`).test(command))),
  );
}
