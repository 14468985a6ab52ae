// Loaded into the program before anything else: CLOCK_SHIFT milliseconds are added to its clock, and from the
// CLOCK_JUMPS_AT-th reading on CLOCK_JUMP more.
const shift = Number(process.env.CLOCK_SHIFT ?? '0');
const jump = Number(process.env.CLOCK_JUMP ?? '0');
const jumpsAt = Number(process.env.CLOCK_JUMPS_AT ?? 'Infinity');
const RealDate = Date;
let readings = 0;
const now = () => RealDate.now() + shift + (++readings >= jumpsAt ? jump : 0);

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }

  static now() {
    return now();
  }
};
