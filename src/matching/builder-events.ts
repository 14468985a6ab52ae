/**
 * The lives of builders as one job saw them: created, booted, used, removed, each with its time. They are
 * read from green logs too, since the culprit of a failure is usually a job that passed.
 */
import type { BuilderEvent, BuilderEventKind, BuilderUse, Fact } from '../model/scan.ts';
import type { Instant } from '../model/time.ts';
import {
  asksForBuilder,
  bootedIn,
  commandsIn,
  creationIn,
  isBuild,
  removedIn,
  removes,
  stoppedIn,
  stopsBuilderContainers,
} from './builder-commands.ts';
import { BuilderDescriptions, describingGroups } from './builder-descriptions.ts';
import type { BuildTracker } from './builds.ts';
import type { PlacedLine } from './context.ts';
import { OwnBuilders } from './own-builders.ts';
import { heldLength } from './safe-scan.ts';

const commandMark = /^(?:##)?\[command\]|^\+ /;
const mayBeCommand = (text: string): boolean => '#[+'.includes(text.charAt(0));
const usedHeader = /^building with "([^"]+)" instance using (\S+) driver/;
const removedLine = /^(\S+) removed$/;
const missingLine = /^(\S+) does not exist$/;
const notRemovedLine = /^failed to remove (\S+): /;
const notFoundError = /\bno builder "([^"]+)" found/;
const adoptedLine = /^Builder (\S+) already exists, skipping creation/;
/** A node is named after its builder and its index; more than ten nodes are not found on one engine. */
const builderContainer = /^buildx_buildkit_(.+)\d$/;
const maxEvents = 1000;
const unmarkedCommand = /^(?:sudo )?docker buildx /;
/** More lines than any builder is described with: a group without an end would have every line of a log read. */
const maxDescription = 2000;

export class BuilderReader {
  readonly events: BuilderEvent[] = [];
  readonly #descriptions = new BuilderDescriptions();
  readonly #builds: BuildTracker;
  readonly #own = new OwnBuilders();
  /** The echoed script of the running step, and the build command that a tool printed in it. */
  #script = '';
  #printedBuild: string | null = null;
  /** Where the running step's script says that it will remove a builder; else where its echo ends. */
  #echoedRemoval: PlacedLine | null = null;
  /** The running step's `BUILDX_BUILDER`. */
  #environment: string | null = null;
  /** Commands to remove a builder that some tool (`make`) printed without a mark, by its name. */
  readonly #unmarked = new Map<string, PlacedLine>();
  /** Builds and the builders they took, judged by what the job had made until then. */
  readonly #uses: { event: BuilderEvent; foreign: boolean; pointerReset: boolean }[] = [];
  /** The builder being created, until its output or its group ends. */
  #creating: string | null = null;
  #booting: string | null = null;
  /** The last line of the running group that may describe a builder. */
  #describesUntil = 0;

  constructor(builds: BuildTracker) {
    this.#builds = builds;
  }

  /** Whether the line after `line` must be read whatever it says; `group` is the current one. */
  wantsLineAfter(line: number, group: string | null): boolean {
    return group !== null && describingGroups.has(group) && line < this.#describesUntil;
  }

  /** `script` is the echoed script of the running step. */
  observe(placed: PlacedLine, script: string): void {
    const { line, position } = placed;
    if (placed.setup) return;
    if (position === 'echo') return this.#observeEcho(placed);
    if (position === 'replay' || position === 'frame') return;
    this.#script = script;
    if (placed.vertex !== null) return this.#observeVertex(placed);
    if (mayBeCommand(line.text) && commandMark.test(line.text))
      return this.#observeCommand(placed, line.text);
    if (position === 'group') {
      this.#describesUntil = line.number + maxDescription;
      return this.#observeGroup(placed, script);
    }
    if (position === 'annotation' || position === 'final') {
      this.#failCreation();
      const unknown = notFoundError.exec(line.text)?.[1];
      if (unknown) this.#add(placed, unknown, 'missing');
    }
    this.#observeOutput(placed, script);
    if (describingGroups.has(placed.group ?? '') && line.number > this.#describesUntil) return;
    const current = this.#descriptions.observe(placed);
    if (current !== null && placed.group === 'Builder info') this.#add(placed, current, 'current');
  }

  /** Which builder the job made and which it built on. */
  use(): BuilderUse {
    const seen = this.#uses.filter(({ event }) => event.event === 'used');
    const use = seen.find(({ foreign }) => foreign) ?? seen.at(-1) ?? this.#uses.at(-1) ?? null;
    const builder = use?.event ?? null;
    const used = builder?.name ?? null;
    return {
      created: this.#own.names,
      used,
      usedSeen: seen.length > 0,
      driver:
        builder === null
          ? null
          : (builder.driver ?? this.#descriptions.describe(builder.name).driver),
      foreign: use?.foreign ?? false,
      pointerReset: use?.pointerReset ?? false,
    };
  }

  /** BuildKit's version and the driver, of the builder that was used; of the one set up if none was. */
  facts(): Fact[] {
    const { used, created, driver } = this.use();
    const name = used ?? created.at(-1);
    if (name === undefined) return [];
    const { buildkit, driver: described } = this.#descriptions.describe(name);
    const line = this.events.findLast((event) => event.name === name)?.line ?? 0;
    const facts: Fact[] = [];
    if (buildkit) facts.push({ name: 'buildkit', value: buildkit.version, line: buildkit.line });
    const anyDriver = driver ?? described;
    if (anyDriver !== null) facts.push({ name: 'driver', value: anyDriver, line });
    return facts;
  }

  /** All events; those of a creation tell the version that the new builder turned out to have. */
  described(): BuilderEvent[] {
    return this.events.map((event) => ({
      ...event,
      driver: event.driver ?? this.#descriptions.describe(event.name).driver,
      buildkit: this.#descriptions.describe(event.name).buildkit?.version ?? null,
    }));
  }

  #observeVertex(placed: PlacedLine): void {
    const used = placed.vertex === 0 ? usedHeader.exec(placed.body) : null;
    if (used) {
      const [, name = '', driver = null] = used;
      this.#own.recognise(name);
      const isAsked = name === this.#environment || asksForBuilder(this.#script, name);
      const explicit = this.#builds.builderIsExplicit || isAsked;
      this.#add(placed, name, 'used', { driver, explicit });
    }
    if (this.#builds.current?.auxiliary !== true) return;
    const container = /^creating container (\S+)/.exec(placed.body)?.[1];
    if (container) this.#booting ??= builderContainer.exec(container)?.[1] ?? null;
    if (this.#booting !== null && placed.body.startsWith('DONE ')) {
      this.#add(placed, this.#booting, 'booted');
      this.#booting = null;
    }
  }

  #observeCommand(placed: PlacedLine, text: string): void {
    this.#booting = bootedIn(text) ?? this.#booting;
    if (isBuild(text)) this.#printedBuild = text;
    this.#create(placed, text);
    this.#own.follow(text);
    for (const name of removedIn(text)) this.#add(placed, name, 'removing', { explicit: true });
    const stopped = stoppedIn(text);
    if (stopped !== null) this.#add(placed, stopped, 'stopped');
  }

  #create(placed: PlacedLine, command: string): void {
    const creation = creationIn(command);
    if (creation === null) return;
    const { name, driver } = creation;
    this.#own.choose(creation);
    if (name === null) return this.#own.add(creation);
    // Echoed, and printed again by `set -x`: one creation, unless the builder was removed in between.
    if (this.events.findLast((event) => event.name === name)?.event === 'created') return;
    this.#own.add(creation);
    this.#descriptions.observeCreate(name, driver, command, placed.line.number);
    this.#add(placed, name, 'created', { driver });
    this.#creating = name;
  }

  /** `buildx create` said no: there is no such builder. */
  #failCreation(): void {
    if (this.#creating === null) return;
    const index = this.events.findLastIndex(
      ({ name, event }) => event === 'created' && name === this.#creating,
    );
    if (index >= 0) this.events.splice(index, 1);
    this.#own.drop(this.#creating);
    this.#creating = null;
  }

  /** Commands of a script are not printed, only echoed before it runs: at the end of the echo they begin. */
  #observeGroup(placed: PlacedLine, script: string): void {
    const ends = placed.body === '';
    if (ends) this.#creating = null;
    if (placed.group?.startsWith('Run ') !== true) return;
    this.#printedBuild = null;
    if (!ends) {
      this.#echoedRemoval = null;
      this.#environment = null;
      return;
    }
    this.#echoedRemoval ??= placed;
    // Most scripts say nothing of builders.
    for (const command of script.includes('buildx') ? commandsIn(script) : []) {
      this.#create(placed, command);
      this.#own.follow(command);
    }
    this.#creating = null;
  }

  #observeOutput(placed: PlacedLine, script: string): void {
    const { text } = placed.line;
    const removed = text.endsWith(' removed') ? removedLine.exec(text)?.[1] : undefined;
    if (removed) this.#observeRemoved(placed, removed, script);
    const missing = placed.group === 'Removing builder' ? missingLine.exec(text)?.[1] : undefined;
    if (missing) this.#add(placed, missing, 'missing');
    // All others begin with a word of their own: a look spares most lines their regexes.
    if (!'Bdfs'.includes(text.charAt(0))) return this.#observeStopped(placed, script);
    const adopted = adoptedLine.exec(text)?.[1];
    if (adopted) this.#own.adopt(adopted);
    if (unmarkedCommand.test(text)) {
      this.#create(placed, text);
      for (const name of removedIn(text)) this.#unmarked.set(name, placed);
    }
    const failed = notRemovedLine.exec(text)?.[1];
    if (failed) this.#add(placed, failed, 'removal-failed');
  }

  #observeStopped(placed: PlacedLine, script: string): void {
    const { text } = placed.line;
    const stopped = text.startsWith('buildx_') ? builderContainer.exec(text)?.[1] : undefined;
    if (stopped && stopsBuilderContainers(script)) this.#add(placed, stopped, 'stopped');
  }

  #observeEcho(placed: PlacedLine): void {
    const { text } = placed.line;
    if (removes(text)) this.#echoedRemoval ??= placed;
    this.#environment = /^\s+BUILDX_BUILDER: (\S+)$/.exec(text)?.[1] ?? this.#environment;
  }

  /** A test may print `builder-x removed`; only the answer to a removal is one. */
  #observeRemoved(placed: PlacedLine, name: string, script: string): void {
    const echoed = this.#echoedRemoval;
    const begun = this.events.filter((event) => event.event === 'removing' && event.name === name);
    const isSilent = placed.position !== 'post' && removes(script);
    const unmarked = this.#unmarked.get(name);
    if (begun.length === 0 && !isSilent && unmarked === undefined) return;
    this.#unmarked.delete(name);
    // A script's command is not printed: it ran between the script's begin and this answer.
    if (unmarked) this.#add(unmarked, name, 'removing', { explicit: true });
    else if (isSilent && echoed !== null && !begun.some(({ line }) => line >= echoed.line.number))
      this.#add(echoed, name, 'removing');
    this.#add(placed, name, 'removed');
    this.#own.lose(name);
  }

  #add(
    { line }: PlacedLine,
    name: string,
    event: BuilderEventKind,
    more: { driver?: string | null; explicit?: boolean } = {},
  ): void {
    if (this.events.length >= maxEvents) return;
    const at: Instant | null = line.at;
    const { driver = null, explicit = false } = more;
    const text = line.text.slice(0, heldLength);
    const added = { name, event, line: line.number, at, driver, explicit, buildkit: null, text };
    this.events.push(added);
    if (event !== 'used' && event !== 'current') return;
    const asked = this.#printedBuild ?? this.#script;
    const foreign = this.#own.isForeign(added, asked);
    this.#uses.push({
      event: added,
      foreign,
      pointerReset: this.#own.isPointerReset(added, asked),
    });
  }
}
