/** Small symmetric matrices (a handful of parameters), as far as Newton's method needs them. */

/** A square matrix of numbers, zero at first. */
export class SquareMatrix {
  readonly size: number;
  readonly #values: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#values = new Float64Array(size * size);
  }

  /** The symmetric matrix whose lower triangle is given, row after row. */
  static ofLower(lower: Float64Array, size: number): SquareMatrix {
    const matrix = new SquareMatrix(size);
    for (let row = 0; row < size; row++) {
      for (let column = 0; column <= row; column++) {
        const value = lower[row * size + column] ?? 0;
        matrix.set(row, column, value);
        matrix.set(column, row, value);
      }
    }
    return matrix;
  }

  /** All values, row after row; not to be changed. */
  values(): Float64Array {
    return this.#values;
  }

  get(row: number, column: number): number {
    return this.#values[row * this.size + column] ?? 0;
  }

  set(row: number, column: number, value: number): void {
    this.#values[row * this.size + column] = value;
  }

  add(row: number, column: number, value: number): void {
    this.#values[row * this.size + column] = this.get(row, column) + value;
  }

  /** The rows and columns named by `kept`, in that order. */
  part(kept: readonly number[]): SquareMatrix {
    const part = new SquareMatrix(kept.length);
    for (const [i, row] of kept.entries()) {
      for (const [j, column] of kept.entries()) part.set(i, j, this.get(row, column));
    }
    return part;
  }
}

/** The lower triangle L with L Lᵀ = the matrix (Cholesky); null unless it is positive definite. */
export function cholesky(matrix: SquareMatrix): SquareMatrix | null {
  const lower = new SquareMatrix(matrix.size);
  for (let i = 0; i < matrix.size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix.get(i, j);
      for (let k = 0; k < j; k++) rest -= lower.get(i, k) * lower.get(j, k);
      if (i !== j) lower.set(i, j, rest / lower.get(j, j));
      else if (rest > 0) lower.set(i, i, Math.sqrt(rest));
      else return null;
    }
  }
  return lower;
}

/** The x with L Lᵀ x = `right`. */
export function solve(lower: SquareMatrix, right: readonly number[]): number[] {
  const size = lower.size;
  const x = [...right];
  for (let i = 0; i < size; i++) {
    let rest = x[i] ?? 0;
    for (let k = 0; k < i; k++) rest -= lower.get(i, k) * (x[k] ?? 0);
    x[i] = rest / lower.get(i, i);
  }
  for (let i = size - 1; i >= 0; i--) {
    let rest = x[i] ?? 0;
    for (let k = i + 1; k < size; k++) rest -= lower.get(k, i) * (x[k] ?? 0);
    x[i] = rest / lower.get(i, i);
  }
  return x;
}

/** (L Lᵀ)⁻¹. */
export function inverse(lower: SquareMatrix): SquareMatrix {
  const result = new SquareMatrix(lower.size);
  for (let column = 0; column < lower.size; column++) {
    const unit = Array.from({ length: lower.size }, (_, row) => (row === column ? 1 : 0));
    for (const [row, value] of solve(lower, unit).entries()) result.set(row, column, value);
  }
  return result;
}

/** ln det (L Lᵀ) = 2 Σ ln L_ii. */
export function logDeterminant(lower: SquareMatrix): number {
  let sum = 0;
  for (let i = 0; i < lower.size; i++) sum += Math.log(lower.get(i, i));
  return 2 * sum;
}
