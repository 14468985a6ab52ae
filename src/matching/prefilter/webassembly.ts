/** The part of WebAssembly's own interface that is used; neither ES2023 nor Node's types describe it. */

/** Compiled code. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WebAssemblyInterface {
  readonly Memory: new (pages: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, WasmMemory>>,
  ) => WasmInstance;
  readonly validate: (bytes: Uint8Array) => boolean;
}

declare global {
  const WebAssembly: WebAssemblyInterface;
}
