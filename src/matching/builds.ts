/**
 * The builds inside a job and the fate of their vertices. `#N` restarts with every docker command, and
 * what a vertex printed counts only if that vertex failed and the build failed with it.
 */
import type { BuildScan, Occurrence } from '../model/scan.ts';
import type { Instant } from '../model/time.ts';
import type { PlacedLine } from './context.ts';
import { peel } from './peel.ts';
import { countedEnough, vertexCount } from './prefilter/line-finder.ts';

const header = /^building with "([^"]+)" instance using (\S+) driver/;
const ending = /^(DONE \d|CACHED$|CANCELED$)/;
const gluedEnding = /#\d+ DONE \d+\.\d+s$/;
const seconds = 's'.charCodeAt(0);
const switchedAway = '...';
const bootVertex = '[internal] booting buildkit';
const buildCommand =
  /\bbuildx(?:\.exe)?"? (?:--\S+ )*(?:build|b|bake|f)\b|\bdocker(?:\.exe)?"? (?:image )?build\b|\bbuildctl\b.*\bbuild\b/;
const builderOption = /--builder[= ]"?([^\s"]+)/;
const runVertex = /(?:^|\] )RUN /;
// The solver ignores what importing a cache runs into; if it was fatal, the final line says so again.
const toleratedVertex = /^importing cache manifest from /;
/** A failing program says why near its end. */
const closingLogLines = 30;
const maxOpenVertices = 10_000;
const maxBuilds = 2000;
const maxFinals = 50;
/** What is written to `LineFinder.vertices`. */
const known = 1;
const counting = 2;

interface Vertex {
  name: string;
  logLines: number;
  ended: boolean;
  /** Occurrences that await the vertex's end, each with the log line it stood on. */
  pending: Pending[];
}

interface Pending {
  readonly occurrence: Occurrence;
  readonly logLine: number;
}

interface VertexError {
  readonly occurrence: Occurrence;
  readonly message: string;
  /** The build does without this vertex, or was seen to go on. */
  tolerated: boolean;
}

export class BuildTracker {
  readonly builds: BuildScan[] = [];
  #vertices = new Map<number, Vertex>();
  /** What of the vertices was passed over unread; see `LineFinder`. */
  readonly #unread: Uint32Array;
  #step = -1;
  #open = false;
  /** `--builder` of the last command; undefined when no command was seen since the last build. */
  #commanded: string | null | undefined = undefined;
  #vertexErrors: VertexError[] = [];
  /** What was said at the left edge since the build began: the client's last words, and a script's. */
  #finals: string[] = [];
  /** The failed vertices' lines were printed again: the build is over, and a last word was due. */
  #replayed = false;

  constructor(unread: Uint32Array = new Uint32Array(0)) {
    this.#unread = unread;
  }

  /** The build that is running, null outside builds. */
  get current(): BuildScan | null {
    return this.#open ? (this.builds.at(-1) ?? null) : null;
  }

  get currentIndex(): number {
    return this.#open ? this.builds.length - 1 : -1;
  }

  /** Whether the build's command named its builder itself. */
  get builderIsExplicit(): boolean {
    return typeof this.#commanded === 'string';
  }

  /** Takes note of a line, before signatures are tried on it. */
  observe(placed: PlacedLine): void {
    if (placed.step !== this.#step || placed.position === 'post') this.close();
    this.#step = placed.step;
    if (placed.position === 'command') this.#observeCommand(placed);
    else if (placed.vertex !== null) this.#observeVertex(placed, placed.vertex);
    else if (placed.position === 'final') this.#observeError(placed);
    else if (placed.position === 'replay') this.#replayed = true;
    if (this.current) this.current.endedAt = placed.line.at ?? this.current.endedAt;
  }

  /** Time went on over lines that were passed over. */
  passTo(at: Instant): void {
    if (this.current) this.current.endedAt = at;
  }

  /** True when the line is the output of a RUN step, false when BuildKit itself speaks. */
  isRunStep(vertex: number): boolean {
    const name = this.#vertices.get(vertex)?.name ?? '';
    return name === '' || runVertex.test(name);
  }

  vertexName(vertex: number): string {
    return this.#vertices.get(vertex)?.name ?? '';
  }

  /** An occurrence whose weight depends on how its vertex, and its build, will end. */
  await(occurrence: Occurrence, message: string): void {
    const number = occurrence.vertex;
    if (number === null) return;
    const vertex = this.#vertices.get(number);
    if (occurrence.position === 'vertex-error') {
      const tolerated = toleratedVertex.test(vertex?.name ?? '');
      this.#vertexErrors.push({ occurrence, message, tolerated });
    } else {
      occurrence.healed = true; // until the vertex fails
      if (vertex !== undefined) this.#addPending(number, vertex, occurrence);
    }
  }

  /** Ends the running build and settles what its vertices said. */
  close(): void {
    if (this.#open) this.#settle();
    this.#open = false;
    this.#forgetVertices();
    this.#vertexErrors = [];
    this.#finals = [];
    this.#replayed = false;
    this.#commanded = undefined;
  }

  /**
   * An error of a vertex is fatal when the client ended with it: the final line repeats its end, or says
   * no more than that the build was canceled. A build that went on tolerated it.
   */
  #settle(): void {
    const finals = this.#finals;
    const unspecific = finals.some((text) =>
      /\b(?:context canceled|context deadline exceeded)$/.test(text),
    );
    for (const { occurrence, message, tolerated } of this.#vertexErrors) {
      const repeated = finals.some((text) => text.endsWith(message.slice(-60)));
      const fatal = tolerated
        ? repeated
        : repeated || unspecific || (finals.length === 0 && !this.#replayed);
      occurrence.healed = !fatal;
    }
  }

  #observeCommand({ body, line, step, setup }: PlacedLine): void {
    const boot = body.includes('buildx inspect') && body.includes('--bootstrap');
    if (!boot && !buildCommand.test(body)) return;
    this.close();
    this.#commanded = builderOption.exec(body)?.[1] ?? null;
    this.#start(line.number, line.at, step, boot || setup);
  }

  #observeVertex(placed: PlacedLine, number: number): void {
    const { body, position } = placed;
    const named = number === 0 ? header.exec(body) : null;
    if (named) return this.#nameBuild(placed, named[1] ?? null, named[2] ?? null);
    const vertex = this.#vertexOf(placed, number);
    if (position === 'vertex-error') this.#failVertex(number, vertex);
    else if (ending.test(body) || endsGlued(body)) this.#endVertex(number, vertex);
    else if (position === 'run-log') vertex.logLines++;
  }

  /** The build's own header. The command line began this build already, unless it has a header. */
  #nameBuild(
    { line, step, setup }: PlacedLine,
    builder: string | null,
    driver: string | null,
  ): void {
    const { current } = this;
    if (current === null || current.builder !== null || current.auxiliary) {
      const commanded = this.#commanded;
      if (current !== null) this.close();
      this.#commanded = commanded;
      this.#start(line.number, line.at, step, setup);
    }
    Object.assign(this.current ?? {}, { builder, driver });
  }

  #vertexOf({ body, position, line, step, setup }: PlacedLine, number: number): Vertex {
    const seen = this.#vertices.get(number);
    const isHeader = position === 'vertex' && !ending.test(body) && body !== switchedAway;
    // A base image is returned to after its end; the first internal vertex is not, but in a new build.
    const isNewBuild =
      isHeader && number === 1 && seen?.ended === true && body.startsWith('[internal]');
    if (isNewBuild) this.close();
    if (!this.#open) this.#start(line.number, line.at, step, setup || body === bootVertex);
    if (seen !== undefined && !isNewBuild) return this.#withUnread(number, seen);
    if (this.#vertices.size >= maxOpenVertices) this.#forgetVertices();
    const vertex = { name: isHeader ? body : '', logLines: 0, ended: false, pending: [] };
    this.#vertices.set(number, vertex);
    if (number < vertexCount) this.#unread[number] = known;
    if (isHeader) for (const error of this.#vertexErrors) error.tolerated = true;
    return vertex;
  }

  /** Adds the log lines of a vertex that were passed over. */
  #withUnread(number: number, vertex: Vertex): Vertex {
    const counted = number < vertexCount ? (this.#unread[number] ?? 0) : 0;
    if (counted > counting) {
      vertex.logLines += counted - counting;
      this.#unread[number] = counting;
      if (counted >= countedEnough) this.#wake();
    }
    return vertex;
  }

  /** From here on the vertex's log lines count; what stands too far from its end by now never will. */
  #addPending(number: number, vertex: Vertex, occurrence: Occurrence): void {
    const isClose = ({ logLine }: Pending): boolean => vertex.logLines - logLine <= closingLogLines;
    const { pending } = vertex;
    while (pending[0] !== undefined && !isClose(pending[0])) pending.shift();
    pending.push({ occurrence, logLine: vertex.logLines });
    if (this.#unread[number] !== known) return;
    this.#unread[number] = counting;
    this.#wake();
  }

  /** Lines of a vertex matter that did not, and may have been passed over ahead. */
  #wake(): void {
    this.#unread[vertexCount] = 1;
  }

  #forgetVertices(): void {
    if (this.#vertices.size === 0) return;
    for (const number of this.#vertices.keys()) {
      if (number < vertexCount) this.#unread[number] = 0;
    }
    this.#wake();
    this.#vertices = new Map();
  }

  #failVertex(number: number, vertex: Vertex): void {
    for (const { occurrence, logLine } of vertex.pending) {
      occurrence.healed = vertex.logLines - logLine > closingLogLines;
    }
    this.#endVertex(number, vertex);
  }

  #endVertex(number: number, vertex: Vertex): void {
    vertex.ended = true;
    vertex.pending = [];
    if (number < vertexCount) this.#unread[number] = known;
  }

  #observeError({ line }: PlacedLine): void {
    const build = this.current;
    if (build === null) return;
    const text = peel(line.text);
    build.error = { line: line.number, at: line.at, text };
    if (this.#finals.length < maxFinals) this.#finals.push(text);
  }

  #start(line: number, at: Instant | null, step: number, auxiliary: boolean): void {
    const bare = { builder: null, driver: null, error: null };
    const build = { step, line, startedAt: at, endedAt: null, ...bare, auxiliary };
    // A log of thousands of builds keeps its first ones and its last, which is the one that may fail.
    if (this.builds.length >= maxBuilds) this.builds.pop();
    this.builds.push(build);
    this.#open = true;
  }
}

/** Most lines a look at the last letter spares the regex. */
function endsGlued(body: string): boolean {
  return body.charCodeAt(body.length - 1) === seconds && gluedEnding.test(body);
}
