/** The builders that a job made itself, and the one of them that it last made current. */
import type { BuilderEvent } from '../model/scan.ts';
import {
  asksForCurrent,
  installsBuildx,
  mayBeNamed,
  removedIn,
  selectedIn,
  type Creation,
} from './builder-commands.ts';

/** The name that docker/setup-buildx-action makes up: nobody names a builder so on purpose. */
const madeUpName = /^builder-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const maxUnnamed = 100;

export class OwnBuilders {
  readonly #created = new Map<string, Creation>();
  /** Creations of builders whose names are not in the log. */
  readonly #unnamed: Creation[] = [];
  /** Builders that were there already when the job's setup asked for them. */
  readonly #adopted = new Set<string>();
  /** The builder that this job itself made current, as far as it is known and was not removed. */
  #chosen: string | null = null;
  /** `docker build` means `docker buildx build` in this job. */
  #installed = false;

  get names(): string[] {
    return [...this.#created.keys()];
  }

  /** A creation was asked for. */
  choose({ name, selects }: Creation): void {
    if (selects) this.#chosen = name;
  }

  add(creation: Creation): void {
    if (creation.name !== null) this.#created.set(creation.name, creation);
    else if (this.#unnamed.length < maxUnnamed) this.#unnamed.push(creation);
  }

  adopt(name: string): void {
    this.#adopted.add(name);
  }

  /** The creation was refused. */
  drop(name: string): void {
    this.#created.delete(name);
    this.lose(name);
  }

  /** The builder was removed: nothing is current any more if it was. */
  lose(name: string): void {
    if (this.#chosen === name) this.#chosen = null;
  }

  /** Where a command of this job's own leaves the pointer to the current builder. */
  follow(command: string): void {
    if (installsBuildx(command)) this.#installed = true;
    const selected = selectedIn(command);
    if (selected !== undefined) this.#chosen = selected;
    for (const name of removedIn(command)) {
      if (name.includes('$')) this.#chosen = null;
      else this.lose(name);
    }
  }

  /** A builder whose name fits a creation that did not tell it is this job's own. */
  recognise(name: string): void {
    if (this.#created.has(name) || madeUpName.test(name)) return;
    const creation = this.#unnamed.find((candidate) => mayBeNamed(candidate, name));
    if (creation !== undefined) this.#created.set(name, { ...creation, name });
  }

  /** Whether a build took another job's builder; `asked` is the command or script that built. */
  isForeign(event: BuilderEvent, asked: string): boolean {
    const { name, explicit } = event;
    // The engine's own builder is nobody's; that it was used instead of another is told by the pointer.
    if (isEngines(event)) return this.isPointerReset(event, asked);
    if (this.#created.has(name)) return false;
    if (this.#adopted.has(name) || madeUpName.test(name)) return true;
    if (explicit || name === this.#chosen) return false; // a builder of long standing, chosen by name
    return this.#created.size > 0;
  }

  /** The client asked for the current builder, which this job had chosen, and got the engine's own. */
  isPointerReset(event: BuilderEvent, asked: string): boolean {
    const own = this.#created.get(this.#chosen ?? '');
    return (
      isEngines(event) &&
      !event.explicit &&
      own !== undefined &&
      own.driver !== 'docker' &&
      asksForCurrent(asked, this.#installed)
    );
  }
}

/** Whether a build took the engine's own builder, and no container's. */
function isEngines({ name, driver }: BuilderEvent): boolean {
  return name === 'default' && (driver ?? 'docker') === 'docker';
}
