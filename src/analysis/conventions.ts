/**
 * The conventions of the analysis, fixed before any failure was looked at and never chosen from the failures. They are
 * printed below the tables that rest on them.
 */
export const conventions = {
  /** Minutes of a build's age at which a new band begins; early minutes are compared with early minutes only. */
  ageBands: [0, 1.5, 4, 10],
  /** That many other builds or more are one level. */
  mostOthers: 4,
  /** Failures on one engine within so many minutes of each other are one incident. */
  incidentGap: 1,
  /** A failure's moment is taken so many minutes earlier, so that the dying build still counts as running. */
  beforeFailure: 1 / 60,
  week: 7 * 1440,
  alpha: 0.05,
  /** Independent failures below which causes are not compared. */
  fewestFailures: 5,
  /** Versions with a smaller share of the minutes are one level, `other`. */
  smallestShare: 0.01,
  /** Information that a comparison within weeks or hosts must keep: to be fitted at all, and to be relied on. */
  fittedAbove: 0.02,
  reliedOnAbove: 0.2,
  separableAbove: 0.1,
  hostsReliedOnAbove: 0.3,
  /** So many engines that fail within so many minutes share something. */
  burstEngines: 3,
  burstMinutes: 10,
  /** φ from which failures count as clustered. */
  clusteredFrom: 1.2,
  /** Rate ratios below which an effect is called small: per version, and per further build. */
  smallVersionEffect: 1.5,
  smallLoadEffect: 1.1,
  /** A factor above this that could have been missed is told. */
  couldHaveSeen: 3,
  /** Share of the builds above which ratios of rates, shares and odds are no longer alike. */
  commonAbove: 0.1,
  /** Share of the minutes from which a version and another value are said to come together. */
  aliasFrom: 0.95,
  bayesFactor: 20,
  mostBins: 400,
  fewestBins: 8,
  fewestIncidents: 4,
  /** Minutes by which a roll-out's window is widened on both sides. */
  rollOutSlack: 1440,
} as const;
